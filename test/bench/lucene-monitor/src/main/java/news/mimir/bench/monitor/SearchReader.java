package news.mimir.bench.monitor;

import java.util.Iterator;
import java.util.List;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;

/**
 * Reads a search in prefix notation: "and COUNT …", "or COUNT …", "not …", "text FIELD WORDS", "value FIELD VALUE",
 * "range FIELD FROM TO" (both inclusive, "*" for none).
 */
final class SearchReader {
  private static final QueryBuilder TEXT = new QueryBuilder(ArticleFields.analyzer());

  static Query read(List<String> tokens) {
    Iterator<String> rest = tokens.iterator();
    Query query = read(rest, rest.next());
    if (rest.hasNext()) throw new IllegalArgumentException(tokens.toString());
    return query;
  }

  private static Query read(Iterator<String> rest, String kind) {
    switch (kind) {
      case "and":
        return all(rest);
      case "or":
        return any(rest);
      case "not":
        return new BooleanQuery.Builder()
            .add(new MatchAllDocsQuery(), Occur.MUST)
            .add(read(rest, rest.next()), Occur.MUST_NOT)
            .build();
      case "text":
        return TEXT.createPhraseQuery(rest.next(), rest.next());
      case "value":
        return new TermQuery(new Term(rest.next(), rest.next()));
      case "range":
        return LongPoint.newRangeQuery(
            rest.next(), bound(rest.next(), Long.MIN_VALUE), bound(rest.next(), Long.MAX_VALUE));
      default:
        throw new IllegalArgumentException(kind);
    }
  }

  private static Query all(Iterator<String> rest) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    int count = Integer.parseInt(rest.next());
    int required = 0;
    for (int at = 0; at < count; at += 1) {
      String kind = rest.next();
      boolean isNot = kind.equals("not");
      query.add(read(rest, isNot ? rest.next() : kind), isNot ? Occur.MUST_NOT : Occur.MUST);
      if (!isNot) required += 1;
    }
    if (required == 0) query.add(new MatchAllDocsQuery(), Occur.MUST);
    return query.build();
  }

  private static Query any(Iterator<String> rest) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    int count = Integer.parseInt(rest.next());
    for (int at = 0; at < count; at += 1) query.add(read(rest, rest.next()), Occur.SHOULD);
    return query.build();
  }

  private static long bound(String text, long none) {
    return text.equals("*") ? none : Long.parseLong(text);
  }

  private SearchReader() {}
}
