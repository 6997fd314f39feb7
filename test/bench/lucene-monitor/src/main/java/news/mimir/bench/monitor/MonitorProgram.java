package news.mimir.bench.monitor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;

/**
 * Lucene Monitor with the searches of a file, matched against the articles of another; the matcher of Mimir is measured
 * beside it. Answers each line of its input with one line of JSON, on one thread:
 *
 * <ul>
 *   <li>"match": all articles once, one at a time, their analysis included
 *   <li>"dump FILE": the same, and writes "article TAB search" for each match
 *   <li>"change COUNT": registers so many of its searches anew, one at a time
 *   <li>"memory": the heap in use after a collection
 * </ul>
 *
 * <p>Flags: --searches FILE, --articles FILE, --presearcher term|multipass.
 */
public final class MonitorProgram {
  private final Map<String, MonitorQuery> searches = new HashMap<>();
  private final List<String> ids = new ArrayList<>();
  private final List<String> articles;
  private final Monitor monitor;

  public static void main(String[] args) throws IOException {
    Map<String, String> flags = new HashMap<>();
    for (int at = 0; at + 1 < args.length; at += 2) flags.put(args[at].substring(2), args[at + 1]);
    long begin = System.nanoTime();
    MonitorProgram program = new MonitorProgram(flags);
    System.out.println(json("searches", program.ids.size(), "nanos", System.nanoTime() - begin));
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "match" -> System.out.println(program.match(null));
        case "dump" -> {
          String answer;
          try (PrintWriter out = new PrintWriter(words[1], StandardCharsets.UTF_8)) {
            answer = program.match(out);
          }
          // Only now the file is whole.
          System.out.println(answer);
        }
        case "change" -> System.out.println(program.change(Integer.parseInt(words[1])));
        case "memory" -> System.out.println(json("bytes", usedBytes(), "", 0));
        default -> throw new IllegalArgumentException(line);
      }
    }
    // The monitor's thread that purges its cache would keep the program alive.
    program.monitor.close();
  }

  private MonitorProgram(Map<String, String> flags) throws IOException {
    Presearcher presearcher =
        flags.get("presearcher").equals("multipass")
            ? new MultipassTermFilteredPresearcher(2)
            : new TermFilteredPresearcher();
    articles = Files.readAllLines(Path.of(flags.get("articles")));
    monitor = new Monitor(ArticleFields.analyzer(), presearcher);
    for (String line : Files.readAllLines(Path.of(flags.get("searches")))) {
      String[] parts = line.split("\t");
      MonitorQuery search =
          new MonitorQuery(parts[0], SearchReader.read(Arrays.asList(parts).subList(1, parts.length)));
      searches.put(parts[0], search);
      ids.add(parts[0]);
    }
    monitor.register(searches.values());
  }

  private String match(PrintWriter out) throws IOException {
    long matches = 0;
    long candidates = 0;
    long begin = System.nanoTime();
    for (int at = 0; at < articles.size(); at += 1) {
      Document document = ArticleFields.documentOf(articles.get(at));
      MatchingQueries<QueryMatch> found = monitor.match(document, QueryMatch.SIMPLE_MATCHER);
      if (!found.getErrors().isEmpty()) throw new IllegalStateException(found.getErrors().toString());
      matches += found.getMatchCount();
      candidates += found.getQueriesRun();
      if (out == null) continue;
      for (QueryMatch match : found.getMatches()) out.println(at + "\t" + match.getQueryId());
    }
    long nanos = System.nanoTime() - begin;
    return String.format(
        Locale.ROOT,
        "{\"articles\":%d,\"nanos\":%d,\"matches\":%d,\"candidates\":%d}",
        articles.size(),
        nanos,
        matches,
        candidates);
  }

  private String change(int count) throws IOException {
    long[] nanos = new long[count];
    for (int at = 0; at < count; at += 1) {
      MonitorQuery search = searches.get(ids.get(at * 7919 % ids.size()));
      long begin = System.nanoTime();
      monitor.register(search);
      nanos[at] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    return json("p50", nanos[count / 2], "p95", nanos[count * 95 / 100]);
  }

  private static long usedBytes() {
    for (int at = 0; at < 3; at += 1) System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String json(String first, long one, String second, long two) {
    return String.format(Locale.ROOT, "{\"%s\":%d,\"%s\":%d}", first, one, second, two);
  }
}
