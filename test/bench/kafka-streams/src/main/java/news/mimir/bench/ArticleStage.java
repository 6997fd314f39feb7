package news.mimir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The Kafka Streams program that the stream floor is measured against: reads articles, transforms them and writes them,
 * at least once, on one thread. Prints the same report as the other contenders, as one line of JSON.
 *
 * <p>Flags: --brokers, --input, --output, --group, --input-schema FILE, --output-schema FILE, --output-schema-id,
 * --linger-ms, --compression none|gzip|zstd, --until end|told.
 */
public final class ArticleStage {
  public static void main(String[] args) throws Exception {
    Map<String, String> flags = flags(args);
    Path state = Files.createTempDirectory("mimir-bench-streams-");
    Map<TopicPartition, long[]> ends = ends(flags.get("brokers"), flags.get("input"));
    Stopwatch.prepare(ends);

    ArticleMapper mapper =
        new ArticleMapper(
            schema(flags.get("input-schema")),
            schema(flags.get("output-schema")),
            Integer.parseInt(flags.get("output-schema-id")));
    StreamsBuilder builder = new StreamsBuilder();
    builder.<byte[], byte[]>stream(flags.get("input")).mapValues(mapper::map).to(flags.get("output"));

    KafkaStreams streams = new KafkaStreams(builder.build(), settings(flags, state));
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
          return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
    streams.start();
    if (flags.getOrDefault("until", "end").equals("told")) {
      while (System.in.read() >= 0) {}
    } else {
      Stopwatch.awaitEnd();
    }
    System.out.println(Stopwatch.report());
    System.out.flush();
    streams.close(java.time.Duration.ofSeconds(5));
    delete(state);
    Runtime.getRuntime().halt(0);
  }

  private static Properties settings(Map<String, String> flags, Path state) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, flags.get("group"));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, flags.get("brokers"));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG), Stopwatch.class.getName());
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), flags.getOrDefault("linger-ms", "20"));
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        flags.getOrDefault("compression", "none"));
    return properties;
  }

  /** First offset and end of each partition. */
  private static Map<TopicPartition, long[]> ends(String brokers, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", brokers))) {
      List<TopicPartition> partitions = new ArrayList<>();
      admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
          .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
      var lows = admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.earliest()))).all().get();
      var highs = admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()))).all().get();
      Map<TopicPartition, long[]> ends = new HashMap<>();
      for (TopicPartition partition : partitions) {
        ends.put(partition, new long[] {lows.get(partition).offset(), highs.get(partition).offset()});
      }
      return ends;
    }
  }

  private static Schema schema(String file) throws IOException {
    return new Schema.Parser().parse(Files.readString(Path.of(file)));
  }

  private static Map<String, String> flags(String[] args) {
    Map<String, String> flags = new HashMap<>();
    for (int at = 0; at + 1 < args.length; at += 2) flags.put(args[at].substring(2), args[at + 1]);
    return flags;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }
}
