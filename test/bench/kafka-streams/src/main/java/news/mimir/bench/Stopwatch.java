package news.mimir.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** See test/bench/streams/stopwatch.ts. The consumer makes its own instance, so what it measures is static. */
public final class Stopwatch implements ConsumerInterceptor<byte[], byte[]> {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static final Map<TopicPartition, Long> LOWS = new HashMap<>();
  private static final Map<TopicPartition, Long> COMMITTED = new HashMap<>();
  private static final List<String> SAMPLES = new ArrayList<>();
  private static long messages;
  private static long startedNs;
  private static long startedCpuNs;

  static void prepare(Map<TopicPartition, long[]> ends) {
    ends.forEach(
        (partition, end) -> {
          LOWS.put(partition, end[0]);
          messages += end[1] - end[0];
        });
  }

  static void awaitEnd() throws InterruptedException {
    FINISHED.await();
  }

  static synchronized String report() throws IOException {
    return String.format(
        Locale.ROOT,
        "{\"messages\":%d,\"samples\":[%s],\"maxRssBytes\":%d}",
        messages,
        String.join(",", SAMPLES),
        maxRssBytes());
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    synchronized (Stopwatch.class) {
      if (startedNs == 0 && !records.isEmpty()) {
        startedNs = System.nanoTime();
        startedCpuNs = PROCESS.getProcessCpuTime();
      }
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    synchronized (Stopwatch.class) {
      offsets.forEach((partition, to) -> COMMITTED.put(partition, to.offset() - LOWS.getOrDefault(partition, 0L)));
      long committed = COMMITTED.values().stream().mapToLong(Long::longValue).sum();
      SAMPLES.add(
          String.format(
              Locale.ROOT,
              "{\"atMs\":%.3f,\"committed\":%d,\"cpuUs\":%d}",
              (System.nanoTime() - startedNs) / 1e6,
              committed,
              (PROCESS.getProcessCpuTime() - startedCpuNs) / 1_000));
      if (committed >= messages) FINISHED.countDown();
    }
  }

  private static long maxRssBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
    return 0;
  }

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
