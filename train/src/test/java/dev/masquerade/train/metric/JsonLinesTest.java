package dev.masquerade.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1234), ZoneOffset.UTC);

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("metrics.jsonl");
  }

  private static MetricRecord loss(long step, double value) {
    return new MetricRecord(step, MetricRecord.Kind.TRAIN, Map.of("loss", value));
  }

  private void write(long from, MetricRecord... records) throws IOException {
    try (JsonLines lines = JsonLines.open(file(), from, CLOCK)) {
      for (MetricRecord record : records) {
        lines.record(record);
      }
    }
  }

  @Test
  void record_isOneLineInTheOrderOfItsValues() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 6.25);
    values.put("loss/tok_depth@64", Double.NaN);
    values.put("rate", 1e-4);
    write(0, new MetricRecord(100, MetricRecord.Kind.VALIDATION, values));

    assertThat(file())
        .hasContent(
            "{\"step\":100,\"kind\":\"validation\",\"unix_time_ms\":1234,\"loss\":6.25,"
                + "\"loss/tok_depth@64\":\"NaN\",\"rate\":1.0E-4}");
  }

  @Test
  void numbers_readBackToTheSameBits() throws IOException {
    double awkward = Math.nextUp(1 / 3.0);
    write(0, loss(1, awkward));

    double read =
        JsonParser.parseString(Files.readString(file()))
            .getAsJsonObject()
            .get("loss")
            .getAsDouble();
    assertThat(read).isEqualTo(awkward);
  }

  @Test
  void resume_cutsLinesAfterItsStep_soThatTheFileEqualsAnUninterruptedOne() throws IOException {
    write(0, loss(1, 5), loss(2, 4), loss(3, 3));
    String whole = Files.readString(file());

    write(1, loss(2, 4), loss(3, 3));

    assertThat(file()).hasContent(whole.strip());
  }

  @Test
  void tornLastLine_isCutOff() throws IOException {
    write(0, loss(1, 5));
    String whole = Files.readString(file());
    Files.writeString(file(), "{\"step\":2,\"ki", StandardOpenOption.APPEND);

    write(9);

    assertThat(Files.readString(file())).isEqualTo(whole);
  }

  @Test
  void nameThatEveryLineUses_isRejected() {
    assertThatThrownBy(
            () -> new MetricRecord(1, MetricRecord.Kind.RUN, Map.of("unix_time_ms", 1.0)))
        .hasMessageContaining("cannot name a metric");
  }
}
