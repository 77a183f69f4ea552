package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a model is given at the start, and how generated text goes into what was there, as the
 * reference has it.
 *
 * <p>Where it loses text it is not followed: a text without an end token stays whole here, and
 * every row ends at its own end token. Of such states the rows are compared that do end where the
 * reference says.
 */
class SamplingStatesGoldenTest {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);
  private static final SpanMarks MARKS = new SpanMarks(0, 3, 4, 8);
  private static final ModalitySpec TEXT = text(MARKS);

  /** Some states have words where others have sentinels. */
  private static final ModalitySpec PLAIN_TEXT = text(new SpanMarks(0, 3, 900, 8));

  private static ModalitySpec text(SpanMarks marks) {
    return new ModalitySpec(
        new ModalityName("caption"),
        new TokenSpace.Discrete(1000),
        new TokenLayout.Sequence(64, marks, TokenLayout.Unit.TOKEN),
        BOTH);
  }

  /**
   * One entry of a list.
   *
   * @param json what it says
   */
  record Entry(JsonObject json) {
    @Override
    public String toString() {
      return json.has("call") ? json.get("call").getAsString() : json.toString();
    }
  }

  static Stream<Entry> states() {
    return entries("states");
  }

  static Stream<Entry> merges() {
    return entries("merge");
  }

  private static Stream<Entry> entries(String key) {
    List<Entry> entries = new ArrayList<>();
    for (Path file : GoldenGeneration.files()) {
      GoldenFiles.read(file)
          .getAsJsonArray(key)
          .forEach(element -> entries.add(new Entry(element.getAsJsonObject())));
    }
    assertThat(entries).isNotEmpty();
    return entries.stream();
  }

  private static int[] ints(JsonElement array) {
    JsonArray values = array.getAsJsonArray();
    int[] result = new int[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i).getAsInt();
    }
    return result;
  }

  private static ModalitySpec grid(int places) {
    return new ModalitySpec(
        new ModalityName("tok_depth"),
        new TokenSpace.Discrete(1000),
        new TokenLayout.Grid(1, places),
        BOTH);
  }

  @ParameterizedTest
  @MethodSource("states")
  void state_showsWhatTheReferenceShows(Entry entry) {
    JsonObject out = entry.json().getAsJsonObject("out");
    JsonArray tensors = out.getAsJsonArray("tensor");
    for (int row = 0; row < tensors.size(); row++) {
      int[] ids = ints(tensors.get(row));
      int[] shown = GoldenRun.shown(ids, ints(out.getAsJsonArray("input_mask").get(row)));
      int[] targets = GoldenRun.shown(ids, ints(out.getAsJsonArray("target_mask").get(row)));
      String call = entry.json().get("call").getAsString();
      boolean image =
          call.contains("image")
              || entry.json().has("type") && entry.json().get("type").getAsString().equals("img");
      ModalitySpec text = call.startsWith("full input sequence") ? PLAIN_TEXT : TEXT;
      ModalitySpec spec = image ? grid(ids.length) : text;
      Canvas canvas = new Canvas(List.of(spec));
      Set<ModalityName> without = Set.of();
      if (call.startsWith("empty target")) {
        canvas.ask(spec.name());
      } else if (call.startsWith("make")) {
        TokenizedModality seen =
            image
                ? new TokenizedModality.IdGrid(ids)
                : new TokenizedModality.IdSequence(
                    ints(entry.json().getAsJsonArray("in").get(row)));
        canvas.see(spec.name(), seen);
        without = Set.of(spec.name());
      } else if (call.startsWith("full input sequence")) {
        int[] given = ints(entry.json().getAsJsonArray("rows").get(row));
        int end = Arrays.stream(given).boxed().toList().indexOf(MARKS.endId());
        canvas.see(TEXT.name(), new TokenizedModality.IdSequence(given));
        if (end + 1 != shown.length || given[end] != shown[end]) {
          assertThat(visible(canvas, without)).hasSize(end < 0 ? given.length : end + 1);
          continue;
        }
      } else {
        assertThat(call).startsWith("custom text");
        canvas.see(TEXT.name(), new TokenizedModality.IdSequence(shown));
      }
      assertThat(visible(canvas, without)).isEqualTo(shown);
      compareTarget(canvas, spec, call, targets);
    }
  }

  private static void compareTarget(Canvas canvas, ModalitySpec spec, String call, int[] targets) {
    if (call.startsWith("empty target") && spec.layout() instanceof TokenLayout.Grid) {
      assertThat(canvas.grid(spec.name()).open()).hasSize(targets.length);
    } else if (call.startsWith("empty target")) {
      SequencePart text = canvas.sequence(spec.name());
      assertThat(text.ends(targets[targets.length - 1])).isTrue();
      if (targets.length > 1) { // with room for one token there is none for the sentinel before it
        assertThat(text.firstToken()).isEqualTo(targets[0]);
      }
    } else if (call.startsWith("custom text") && canvas.isKnown(spec.name())) {
      assertThat(targets[targets.length - 1]).isEqualTo(MARKS.endId());
    } else if (call.startsWith("custom text")) {
      canvas.ask(spec.name());
      SequencePart text = canvas.sequence(spec.name());
      assertThat(text.firstToken()).isEqualTo(targets[0]);
      assertThat(text.ends(targets[targets.length - 1])).isTrue();
    }
  }

  private static int[] visible(Canvas canvas, Set<ModalityName> without) {
    MaskedBatch batch = MaskedBatch.allocate(canvas.modalities(), 1);
    canvas.write(batch, batch.addRow(""), new Pass(without, true, 1));
    MaskedBatch.Part part = batch.parts().get(0);
    int[] hidden = new int[part.places];
    for (int place = 0; place < hidden.length; place++) {
      hidden[place] = part.encoderIgnored[place] ? 1 : 0;
    }
    return GoldenRun.shown(part.ids, hidden);
  }

  @ParameterizedTest
  @MethodSource("merges")
  void spans_standWhereTheirSentinelsStood(Entry entry) {
    int[] sentinels = ints(entry.json().get("sentinels"));
    SpanMarks marks = new SpanMarks(0, 3, sentinels[0], sentinels.length);
    assertThat(
            SentinelMerging.merge(
                ints(entry.json().get("input")), ints(entry.json().get("target")), marks))
        .isEqualTo(ints(entry.json().get("merged")));
  }
}
