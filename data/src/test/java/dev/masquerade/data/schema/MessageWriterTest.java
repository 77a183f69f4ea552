package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.RunModality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {

  private static final Run RUN =
      Run.newBuilder()
          .setName("h\u00e9llo \"quoted\"\n")
          .setSeed(0)
          .addModalities(
              RunModality.newBuilder().setName("a").putOptions("z", "1").putOptions("b", "2"))
          .build();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"run.textproto", "run.json", "run.binpb"})
  void whatIsWritten_isReadBack(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "what was there before");
    MessageWriter.write(file, RUN);
    Problems problems = new Problems();
    assertThat(MessageReader.read(file, Run.getDefaultInstance(), problems).message())
        .isEqualTo(RUN);
    assertThat(problems.lines()).isEmpty();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void text_isStableAndSaysWhatItIs() {
    assertThat(MessageWriter.text(RUN))
        .isEqualTo(
            """
            # proto-file: dev/masquerade/run/v1/run.proto
            # proto-message: Run

            name: "h\u00e9llo \\"quoted\\"\\n"
            seed: 0
            modalities {
              name: "a"
              options {
                key: "b"
                value: "2"
              }
              options {
                key: "z"
                value: "1"
              }
            }
            """);
  }

  @Test
  void unknownExtension_isRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(() -> MessageWriter.write(directory.resolve("run.yaml"), RUN))
        .hasMessageContaining(".textproto, .json, .binpb or .pb");
    assertThat(directory).isEmptyDirectory();
  }
}
