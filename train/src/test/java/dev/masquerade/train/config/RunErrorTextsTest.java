package dev.masquerade.train.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.masquerade.data.schema.ConfigurationException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The exact words that mistakes in a run get. Each folder of {@code errors/} holds a run and what
 * is said of it; the system property {@code masquerade.rewriteErrorTexts} names a folder of sources
 * whose texts are written anew, to be read before they are committed.
 */
class RunErrorTextsTest {

  private static final String REWRITE = System.getProperty("masquerade.rewriteErrorTexts", "");

  static Path resources() throws URISyntaxException {
    String shortest = "/dev/masquerade/train/config/minimal.textproto";
    Path file = Path.of(requireNonNull(RunErrorTextsTest.class.getResource(shortest)).toURI());
    return requireNonNull(file.getParent());
  }

  static Stream<String> cases() throws IOException, URISyntaxException {
    try (Stream<Path> folders = Files.list(resources().resolve("errors"))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @Test
  void cases_areFound() throws IOException, URISyntaxException {
    assertThat(cases()).contains("everything", "empty", "transfer", "places", "tasks");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mistakes_areSaidInTheseWords(String name) throws IOException, URISyntaxException {
    Path folder = resources().resolve("errors").resolve(name);
    RunConfigReader reader = new RunConfigReader(RunConfigReaderTest.KNOWN);
    ConfigurationException refusal =
        catchThrowableOfType(
            ConfigurationException.class, () -> reader.read(folder.resolve("run.textproto")));
    assertThat(refusal).isNotNull();
    String said =
        String.join("\n", refusal.problems())
                .replace(folder + "/", "")
                .replace(resources() + "/", "")
            + "\n";
    if (!REWRITE.isEmpty()) {
      Files.writeString(Path.of(REWRITE, "errors", name, "expected.txt"), said);
      return;
    }
    assertThat(said).isEqualTo(Files.readString(folder.resolve("expected.txt")));
  }

  @Test
  void noText_namesAnInternalType() throws IOException, URISyntaxException {
    for (String name : cases().toList()) {
      String text =
          Files.readString(resources().resolve("errors").resolve(name).resolve("expected.txt"));
      assertThat(text).doesNotContain("Exception", "dev.masquerade", "null", "Optional");
      for (String line : List.of(text.split("\n"))) {
        assertThat(line).matches("(\\S+\\.textproto(:\\d+)?: .*|    Known: .*)");
      }
    }
  }
}
