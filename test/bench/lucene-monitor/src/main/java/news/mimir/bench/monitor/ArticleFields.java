package news.mimir.bench.monitor;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;

/** An article's fields in the index of one document. */
final class ArticleFields {
  /** Title, summary and text, a phrase's length apart; the title alone too, so that it can be asked. */
  private static final int GAP = 100;

  private static final String[] VALUES = {"language", "feed", "category", "site", "sentiment", "entity"};

  /** Words without case and accents, by the stems of Porter; stop words are kept, as Mimir keeps them. */
  static Analyzer analyzer() {
    Analyzer words =
        new Analyzer() {
          @Override
          protected TokenStreamComponents createComponents(String field) {
            Tokenizer tokens = new StandardTokenizer();
            return new TokenStreamComponents(
                tokens,
                new PorterStemFilter(new ASCIIFoldingFilter(new LowerCaseFilter(tokens))));
          }

          @Override
          public int getPositionIncrementGap(String field) {
            return GAP;
          }
        };
    PerFieldAnalyzerWrapper byField =
        new PerFieldAnalyzerWrapper(
            new KeywordAnalyzer(), java.util.Map.of("anywhere", words, "title", words));
    return byField;
  }

  /** @param line title, summary, text, words, published, then for each of VALUES its values with blanks between */
  static Document documentOf(String line) {
    String[] parts = line.split("\t", -1);
    Document document = new Document();
    for (int at = 0; at < 3; at += 1) document.add(new TextField("anywhere", parts[at], Field.Store.NO));
    document.add(new TextField("title", parts[0], Field.Store.NO));
    document.add(new LongPoint("words", Long.parseLong(parts[3])));
    document.add(new LongPoint("published", Long.parseLong(parts[4])));
    for (int at = 0; at < VALUES.length; at += 1) {
      for (String value : parts[5 + at].split(" ")) {
        if (!value.isEmpty()) document.add(new StringField(VALUES[at], value, Field.Store.NO));
      }
    }
    return document;
  }

  private ArticleFields() {}
}
