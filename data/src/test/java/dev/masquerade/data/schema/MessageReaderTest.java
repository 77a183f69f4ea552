package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnknownFieldSet;
import dev.masquerade.proto.run.v1.Model;
import dev.masquerade.proto.run.v1.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageReaderTest {

  @TempDir Path directory;

  private final Problems problems = new Problems();

  private ReadMessage<Run> read(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, content);
    return MessageReader.read(file, Run.getDefaultInstance(), problems);
  }

  /** Returns the names of a message's fields as problems list them, whatever was added to it. */
  static String fields(Descriptor type) {
    return type.getFields().stream()
        .map(FieldDescriptor::getName)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private List<String> said() {
    return problems.lines().stream().map(line -> line.replace(directory + "/", "")).toList();
  }

  @Test
  void everyMistake_isReportedAtOnce() throws IOException {
    Run run =
        read(
                "run.textproto",
                """
                name: unquoted
                seed: "7"
                modle { dim: 8 }
                model {
                  dim: 3.5
                  qk_norm: maybe
                  activation: SWIGLU
                  heads: 4
                  heads: 5
                  depth: 2
                }
                modalities { name: "rgb@64" roles: [ROLE_INPUT, ROLE_OUTPUT] }
                modalities: "depth"
                train {
                  steps: 10
                  tokens: 20
                }
                data: 5
                optimiser { beta1: 1.0.0 }
                """)
            .message();

    assertThat(said())
        .containsExactly(
            "run.textproto:1: name: unquoted is not a text; write it in quotes.",
            "run.textproto:2: seed: \"7\" is a text; write the value without quotes.",
            "run.textproto:3: modle: \"modle\" is not a field of Run. Did you mean \"model\"?\n"
                + "    Known: "
                + fields(Run.getDescriptor())
                + ".",
            "run.textproto:5: model.dim: \"3.5\" is not a whole number.",
            "run.textproto:6: model.qk_norm: \"maybe\" is neither true nor false.",
            "run.textproto:7: model.activation: \"SWIGLU\" is not a value of activation. Did you"
                + " mean \"ACTIVATION_SWIGLU\"?\n    Known: ACTIVATION_GELU, ACTIVATION_SWIGLU.",
            "run.textproto:9: model.heads: is given twice (line 8); keep one.",
            "run.textproto:10: model.depth: \"depth\" is not a field of Model. Did you mean"
                + " \"decoder_depth\"?\n    Known: "
                + fields(Model.getDescriptor())
                + ".",
            "run.textproto:12: modalities[0].roles[1]: \"ROLE_OUTPUT\" is not a value of roles."
                + " Did you mean \"ROLE_INPUT\"?\n    Known: ROLE_INPUT, ROLE_TARGET.",
            "run.textproto:13: modalities[1]: holds a RunModality; write its fields in { }.",
            "run.textproto:16: train.tokens: excludes steps (line 15); keep one of them.",
            "run.textproto:18: data: holds a Data; write its fields in { }.",
            "run.textproto:19: optimiser.beta1: \"1.0.0\" is not a number.");
    assertThat(run.getModel().getHeads()).isEqualTo(4);
    assertThat(run.getTrain().getSteps()).isEqualTo(10);
  }

  @Test
  void textThatIsNoTextFormat_isReportedWithItsLine() throws IOException {
    read("run.textproto", "name: \"a\"\nmodel {\n  dim 8\n}\n");
    assertThat(said())
        .containsExactly("run.textproto:3: expected \":\" or \"{\" after \"dim\", found \"8\".");
  }

  @Test
  void unclosedBlock_isReportedWhereItStarts() throws IOException {
    read("run.textproto", "model {\n  dim: 8\n");
    assertThat(said())
        .containsExactly("run.textproto:1: the block that starts here is not closed by \"}\".");
  }

  @Test
  void endlessNesting_isRefused() throws IOException {
    read("run.textproto", "a { ".repeat(100_000));
    assertThat(said()).containsExactly("run.textproto:1: blocks are nested more than 100 deep.");
  }

  @Test
  void problemsOfMeaning_areReportedAtTheLineOfTheirField() throws IOException {
    ReadMessage<Run> read =
        read("run.textproto", "name: \"a\"\nmodalities {\n  name: \"dept\"\n}\n");
    read.problems()
        .at("modalities", 0)
        .reportUnknown("name", "dept", "a known modality", List.of("depth", "rgb"));
    read.problems().at("modalities", 0).report("size", "is too small.");
    assertThat(said())
        .containsExactly(
            "run.textproto:2: modalities[0].size: is too small.",
            "run.textproto:3: modalities[0].name: \"dept\" is not a known modality. Did you mean"
                + " \"depth\"?\n    Known: depth, rgb.");
  }

  @Test
  void missingFields_areNotReportedBesideAMisspeltOne() throws IOException {
    ReadMessage<Run> read = read("run.textproto", "train { stesp: 5 }\nmodel { }\n");
    read.problems().at("train").reportMissing("steps", "is missing.");
    read.problems().at("model").reportMissing("dim", "is missing.");
    assertThat(said()).hasSize(2).element(1).isEqualTo("run.textproto:2: model.dim: is missing.");
  }

  @Test
  void json_isReadByEitherSpellingOfFields() throws IOException {
    Run run =
        read(
                "run.json",
                """
                {"name": "a", "seed": "12345678901234", "model": {"encoderDepth": 3, "decoder_depth": 4,
                 "mlpRatio": 2.5, "activation": "ACTIVATION_GELU", "qkNorm": null},
                 "modalities": [{"name": "x", "options": {"k": "v"}}]}
                """)
            .message();
    assertThat(said()).isEmpty();
    assertThat(run.getSeed()).isEqualTo(12345678901234L);
    assertThat(run.getModel().getEncoderDepth()).isEqualTo(3);
    assertThat(run.getModel().getDecoderDepth()).isEqualTo(4);
    assertThat(run.getModel().hasQkNorm()).isFalse();
    assertThat(run.getModalities(0).getOptionsMap()).containsEntry("k", "v");
  }

  @Test
  void mistakesInJson_areReportedByLineAndPath() throws IOException {
    read(
        "run.json",
        """
        {"name": "a", "name": "b", "model": {"dmi": 3}, "modalities": {"name": "x"},
         "train": {"steps": 1, "epochs": 2}}
        """);
    assertThat(said())
        .containsExactly(
            "run.json:1: name: is given twice (line 1); keep one.",
            problem("run.json:1: model.dmi: \"dmi\" is not a field of Model."),
            "run.json:1: modalities: holds a list; write it in [ ].",
            "run.json:2: train.epochs: excludes steps (line 2); keep one of them.");
  }

  @Test
  void valuesOverManyLinesOfJson_areReportedByTheirOwn() throws IOException {
    read(
        "run.json",
        """
        {
          "seed":
            true,
          "modalities": [
            {"name": "x",
             "options": {
               "a": [1],
               "b": {}
             },
             "roles": ["ROLE_INPUT",
                       7
                      ]
            },
            9
          ],
          "train": {
            "steps": 1.5
          }
        }
        """);
    assertThat(said().stream().map(line -> line.replaceFirst("(?s)(: [^:]+):.*", "$1")))
        .containsExactly(
            "run.json:2: seed",
            "run.json:7: modalities[0].options[0].value",
            "run.json:8: modalities[0].options[1].value",
            "run.json:11: modalities[0].roles[1]",
            "run.json:14: modalities[1]",
            "run.json:17: train.steps");
  }

  private String problem(String part) {
    return said().stream().filter(line -> line.contains(part)).findFirst().orElse("none");
  }

  @Test
  void textThatIsNoJson_isReported() throws IOException {
    read("run.json", "{\"name\": }");
    read("other.json", "[]");
    assertThat(said()).hasSize(2);
    assertThat(said().get(0)).startsWith("run.json:1: not JSON: ");
    assertThat(said().get(1)).startsWith("other.json:1: expected a JSON object");
  }

  @Test
  void binaryWithUnknownFields_isRefused() throws IOException {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    Run run =
        Run.newBuilder().setModel(Model.newBuilder().setDim(8).setUnknownFields(unknown)).build();
    Path file = directory.resolve("run.binpb");
    Files.write(file, run.toByteArray());
    MessageReader.read(file, Run.getDefaultInstance(), problems);
    assertThat(said())
        .containsExactly(
            "run.binpb: model: Model has no field number 999; the file was written by a newer"
                + " version or is of another kind.");
  }

  @Test
  void bytesThatAreNoMessage_areRefused() throws IOException {
    Path file = directory.resolve("run.pb");
    Files.write(file, new byte[] {(byte) 0xff, 0, 1, 2});
    MessageReader.read(file, Run.getDefaultInstance(), problems);
    assertThat(said()).hasSize(1).first().asString().startsWith("run.pb: is no Run in binary form");
  }

  @Test
  void filesThatCannotBeRead_areReportedAndNothingIsMissing() throws IOException {
    Files.createDirectory(directory.resolve("folder.textproto"));
    Files.write(directory.resolve("latin.textproto"), new byte[] {(byte) 0xe9, 'a'});
    Files.writeString(directory.resolve("run.yaml"), "name: a");
    for (String name :
        List.of("none.textproto", "folder.textproto", "latin.textproto", "run.yaml")) {
      MessageReader.read(directory.resolve(name), Run.getDefaultInstance(), problems)
          .problems()
          .reportMissing("name", "is missing.");
    }
    assertThat(said())
        .containsExactly(
            "none.textproto: there is no such file.",
            "folder.textproto: this is a directory; name the file in it.",
            "latin.textproto: is not a text in UTF-8.",
            "run.yaml: the file's extension must be .textproto, .json, .binpb or .pb.");
  }
}
