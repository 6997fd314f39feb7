package news.mimir.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** The same transform as test/bench/streams/transform.ts, over Confluent's wire format. For one thread. */
final class ArticleMapper {
  private static final int HEADER_BYTES = 5;

  private final GenericData.Record defaults;
  private final byte[] header;
  private final GenericDatumReader<GenericRecord> reader;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
  private BinaryDecoder decoder;
  private BinaryEncoder encoder;
  private GenericRecord article;

  ArticleMapper(Schema inputSchema, Schema outputSchema, int outputSchemaId) {
    this.defaults = defaultsOf(outputSchema);
    this.header = ByteBuffer.allocate(HEADER_BYTES).put((byte) 0).putInt(outputSchemaId).array();
    this.reader = new GenericDatumReader<>(inputSchema);
    this.writer = new GenericDatumWriter<>(outputSchema);
  }

  byte[] map(byte[] value) {
    try {
      decoder = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
      article = reader.read(article, decoder);
      bytes.reset();
      bytes.write(header, 0, HEADER_BYTES);
      encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
      writer.write(transform(article), encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private GenericRecord transform(GenericRecord article) {
    int words = wordCount(article.get("text").toString());
    article.put("title", article.get("title").toString().toLowerCase(Locale.ROOT));
    GenericRecord enriched = new GenericData.Record(defaults, false);
    enriched.put("article_id", article.get("article_id"));
    enriched.put("version", (Long) article.get("version") + 1);
    enriched.put("article", article);
    enriched.put("word_count", words);
    enriched.put("reading_time_seconds", (words + 3) / 4);
    return enriched;
  }

  /** A record with what its fields are unless told; those without a default are empty. */
  private static GenericData.Record defaultsOf(Schema schema) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      if (field.hasDefaultValue()) record.put(field.pos(), GenericData.get().getDefaultValue(field));
    }
    return record;
  }

  private static int wordCount(String text) {
    int words = 1;
    for (int at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) words += 1;
    return words;
  }
}
