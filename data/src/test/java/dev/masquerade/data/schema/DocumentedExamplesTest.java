package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.masquerade.data.schema.ScalarReader.Strictness;
import dev.masquerade.proto.manifest.v1.Manifest;
import dev.masquerade.proto.run.v1.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples in the documentation of formats are what they say. */
class DocumentedExamplesTest {

  private static final Pattern BLOCK = Pattern.compile("```textproto\n(.*?)```", Pattern.DOTALL);

  @Test
  void manifestExamples_areManifests() throws Exception {
    assertThat(problems("manifest.md", Manifest.getDefaultInstance())).isEmpty();
  }

  @Test
  void runExamples_areRuns() throws Exception {
    assertThat(problems("run.md", Run.getDefaultInstance())).isEmpty();
  }

  private static List<String> problems(String name, Message type)
      throws IOException, SyntaxException {
    String text = Files.readString(Path.of("..", "docs", "formats", name));
    Matcher block = BLOCK.matcher(text);
    List<String> problems = new ArrayList<>();
    int blocks = 0;
    while (block.find()) {
      blocks++;
      Problems found = new Problems();
      new MessageBinder(Strictness.TEXTPROTO)
          .bind(
              TextprotoParser.parse(block.group(1)),
              type.newBuilderForType(),
              FieldProblems.of(found, name));
      problems.addAll(found.lines());
    }
    assertThat(blocks).isPositive();
    return problems;
  }
}
