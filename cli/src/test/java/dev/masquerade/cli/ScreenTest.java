package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands on standard error, line by line. */
class ScreenTest {

  /** Waits to be stopped. Its words come from {@link LastWords}. */
  static final class Waiting {
    public static void main(String[] arguments) throws InterruptedException {
      try (LastWords words = LastWords.ifStopped("all stands")) {
        System.out.println("ready");
        Thread.sleep(60_000);
      }
    }
  }

  @TempDir private Path directory;

  /** Returns what the work prints to standard error, ends of lines as {@code \n}. */
  private static String printed(Runnable work) {
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(err);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** Plays what a terminal does with carriage returns. */
  private static String seen(String printed) {
    StringBuilder all = new StringBuilder();
    for (String line : printed.split("\n", -1)) {
      StringBuilder shown = new StringBuilder();
      for (String part : line.split("\r", -1)) {
        shown.replace(0, Math.min(part.length(), shown.length()), part);
      }
      all.append(all.isEmpty() ? "" : "\n").append(shown.toString().stripTrailing());
    }
    return all.toString();
  }

  @Test
  void lineBesideALiveBar_standsByItself() {
    String printed =
        printed(
            () -> {
              Screen.draw("train 10 % [=>   ]");
              Screen.line("checkpoint written");
              Screen.draw("train 20 %");
              Screen.settle();
              Screen.line("done");
            });

    assertThat(seen(printed)).isEqualTo("checkpoint written\ntrain 20 %\ndone\n");
  }

  @Test
  void logBesideALiveBar_standsByItself() {
    String printed =
        printed(
            () -> {
              Screen.draw("train 10 % [=>   ]");
              try {
                Screen.lines().write("12:00:00 INFO told\n".getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              Screen.settle();
            });

    assertThat(seen(printed)).isEqualTo("12:00:00 INFO told\ntrain 10 % [=>   ]\n");
  }

  @Test
  void progressThatNoOneWatches_isPlainLines() {
    Console.Outcome outcome =
        Console.run("scenes", "--count", 64, "--out", directory.resolve("scenes"));

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).doesNotContain("\r").endsWith(System.lineSeparator());
    assertThat(outcome.err().lines())
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allMatch(line -> line.matches("scenes: \\d+ of 64, 0:00:\\d\\d(, 0:\\d\\d:\\d\\d left)?"))
        .last()
        .asString()
        .startsWith("scenes: 64 of 64");
  }

  @Test
  void stoppedProcess_saysWhatStands() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName())
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("ready");

      process.toHandle().destroy();

      assertThat(process.errorReader().readLine()).isEqualTo("all stands");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
    }
  }
}
