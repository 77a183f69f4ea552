package dev.masquerade.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the schemas as people do: in their source files. */
class SchemaStyleTest {

  private static final Path ROOT = Path.of("src", "main", "protobuf");
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^\\s*(?:(?:message|enum) \\w+ \\{|"
              + "(?:repeated |optional )?[\\w.<>, ]*?\\b(\\w+) = \\d+;)\\s*$");
  private static final Pattern ENUM_START = Pattern.compile("^enum (\\w+) \\{$");

  static Stream<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> file.toString().endsWith(".proto")).sorted().toList().stream();
    }
  }

  @Test
  void schemas_areFound() throws IOException {
    assertThat(schemas().map(file -> file.getFileName().toString()))
        .contains("checkpoint.proto", "manifest.proto", "metric.proto", "run.proto");
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyDeclaration_hasACommentThatSaysMoreThanItsName(Path schema) {
    List<String> lines = lines(schema);
    List<String> bare = new ArrayList<>();
    int declarations = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher declaration = DECLARATION.matcher(lines.get(i));
      if (!declaration.matches()) {
        continue;
      }
      declarations++;
      String comment = i == 0 ? "" : lines.get(i - 1).strip();
      String said = comment.replaceFirst("^//", "").toLowerCase(Locale.ROOT).replaceAll("\\W", "");
      String name = declaration.group(1) == null ? "" : declaration.group(1).replace("_", "");
      if (!comment.startsWith("//")
          || said.isEmpty()
          || said.equals(name.toLowerCase(Locale.ROOT))) {
        bare.add(schema.getFileName() + ":" + (i + 1) + ": " + lines.get(i).strip());
      }
    }
    assertThat(declarations).isGreaterThan(4);
    assertThat(bare).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyEnum_startsUnspecified(Path schema) {
    List<String> lines = lines(schema);
    for (int i = 0; i < lines.size(); i++) {
      if (ENUM_START.matcher(lines.get(i)).matches()) {
        String first =
            lines.subList(i + 1, lines.size()).stream()
                .filter(line -> !line.strip().startsWith("//"))
                .findFirst()
                .orElse("");
        assertThat(first).as(lines.get(i)).contains("_UNSPECIFIED = 0;");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void directory_equalsPackage(Path schema) {
    String directory = ROOT.relativize(schema.getParent()).toString().replace('\\', '/');
    assertThat(lines(schema)).contains("package " + directory.replace('/', '.') + ";");
    assertThat(directory).matches(".*/v[0-9]+");
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyField_isInTheFormatsDocumentation(Path schema) throws IOException {
    String name = schema.getFileName().toString().replace(".proto", "");
    if (!name.equals("run") && !name.equals("manifest")) {
      return;
    }
    String documentation = Files.readString(Path.of("..", "docs", "formats", name + ".md"));
    List<String> undocumented = new ArrayList<>();
    for (String line : lines(schema)) {
      Matcher declaration = DECLARATION.matcher(line);
      if (declaration.matches()
          && declaration.group(1) != null
          && !declaration.group(1).endsWith("_UNSPECIFIED")
          && !documentation.contains("`" + declaration.group(1) + "`")) {
        undocumented.add(declaration.group(1));
      }
    }
    assertThat(undocumented).isEmpty();
  }

  private static List<String> lines(Path schema) {
    try {
      return Files.readAllLines(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
