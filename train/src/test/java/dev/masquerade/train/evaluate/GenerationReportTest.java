package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GenerationReportTest {

  private static GenerationTask task(String input, String target) {
    return GenerationTask.of(new ModalityPair(new ModalityName(input), new ModalityName(target)));
  }

  @Test
  void tasksWithoutAMeasure_areNamedWithTheirReason_once() {
    GenerationReport report =
        new GenerationReport(
            "run",
            3,
            List.of(
                new GenerationResult(
                    task("rgb", "caption"),
                    4,
                    List.of(
                        new MetricComparison(
                            "words_f1", "", true, 0.5, 0.25, OptionalDouble.empty())))),
            List.of(
                new UnmeasuredTask(task("rgb", "tok_clip"), "features have no measure"),
                new UnmeasuredTask(task("caption", "tok_clip"), "features have no measure"),
                new UnmeasuredTask(task("rgb", "poses"), "ids without a tokenizer")));

    assertThat(report.table())
        .contains("words_f1")
        .endsWith(
            """
            not measured: rgb → tok_clip, caption → tok_clip: features have no measure
            not measured: rgb → poses: ids without a tokenizer
            """);
    assertThat(
            JsonParser.parseString(report.json())
                .getAsJsonObject()
                .getAsJsonArray("unmeasured")
                .get(2)
                .getAsJsonObject()
                .get("reason")
                .getAsString())
        .isEqualTo("ids without a tokenizer");
  }
}
