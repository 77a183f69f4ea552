package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script of the distribution, before a Java that only says how it was called. */
class LauncherTest {

  private static final String JAVA =
      """
      #!/bin/sh
      case $1 in
        -XshowSettings:*) echo "    java.specification.version = 17" ;;
        *) echo "$@"; echo "tunables=$GLIBC_TUNABLES" ;;
      esac
      """;

  private record Outcome(int code, String out, String err) {}

  @TempDir private Path directory;

  @BeforeEach
  void unpack() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "a system with a shell");
    copy(Files.readString(Path.of("src/main/dist/bin/masquerade")), "home/bin/masquerade");
    copy(JAVA, "java/bin/java");
  }

  private void copy(String script, String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Outcome launch(Map<String, String> environment) throws IOException, InterruptedException {
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(directory.resolve("home/bin/masquerade").toString(), "engine", "check")
            .redirectError(err.toFile());
    builder.environment().remove("GLIBC_TUNABLES");
    builder.environment().remove("MASQUERADE_PLUGINS");
    builder.environment().put("JAVA_HOME", directory.resolve("java").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }

  @Test
  void pluginsThatAreThere_comeAfterEverythingElse() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("plug ins"));
    Path jar = Files.createFile(directory.resolve("one.jar"));

    Outcome outcome = launch(Map.of("MASQUERADE_PLUGINS", folder + ":" + jar));

    assertThat(outcome.out())
        .contains(
            "/lib/masquerade/*:", "/plugins/*:" + folder + "/*:" + jar + " dev.masquerade.cli")
        .contains("dev.masquerade.cli.Masquerade engine check")
        .contains("-Dmasquerade.terminal=false");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void pluginThatIsNotThere_isTheUsersMistake() throws Exception {
    Outcome outcome = launch(Map.of("MASQUERADE_PLUGINS", "no/such.jar"));

    assertThat(outcome.err())
        .isEqualTo(
            "masquerade: MASQUERADE_PLUGINS names no/such.jar, which does not exist. Correct the"
                + " path, or leave it out.\n");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void memoryThatStepsGiveBack_isKeptUnlessTheUserDecides() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "glibc");

    assertThat(launch(Map.of()).out())
        .contains("tunables=glibc.malloc.arena_max=1:")
        .contains(":glibc.malloc.hugetlb=1\n");
    assertThat(launch(Map.of("GLIBC_TUNABLES", "glibc.malloc.check=0")).out())
        .contains("tunables=glibc.malloc.check=0\n");
  }
}
