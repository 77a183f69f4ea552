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

  /** More than any id, so that states say by themselves which ids are special. */
  private static final int VOCABULARY = 1 << 20;

  private static ModalitySpec text(SpanMarks marks, int places) {
    return new ModalitySpec(
        new ModalityName("caption"),
        new TokenSpace.Discrete(VOCABULARY),
        new TokenLayout.Sequence(places, marks, TokenLayout.Unit.TOKEN),
        BOTH);
  }

  /**
   * One entry of a list.
   *
   * @param json what it says
   * @param stated special ids that its file states
   */
  record Entry(JsonObject json, SpanMarks stated) {

    /** Returns the special ids; those of a state that asks for a text say themselves where. */
    SpanMarks marks(int[] ids, boolean asked) {
      SpanMarks marks = GoldenVocabulary.ofState(json, stated);
      int first = asked ? ids[0] - 1 : marks.firstSentinelId();
      return new SpanMarks(marks.padId(), marks.endId(), first, marks.sentinelCount());
    }

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
    for (Path file : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", key)) {
      JsonObject json = GoldenFiles.read(file);
      SpanMarks stated = GoldenVocabulary.of(json);
      json.getAsJsonArray(key)
          .forEach(element -> entries.add(new Entry(element.getAsJsonObject(), stated)));
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
        new TokenSpace.Discrete(VOCABULARY),
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
      boolean full = call.startsWith("full input sequence");
      SpanMarks marks = entry.marks(ids, !image && !full && !call.startsWith("custom text"));
      if (full) {
        // Such states have words where others have sentinels.
        marks = new SpanMarks(marks.padId(), marks.endId(), VOCABULARY - 9, 8);
      }
      ModalitySpec spec = image ? grid(ids.length) : text(marks, Math.max(64, ids.length));
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
      } else if (full) {
        int[] given = ints(entry.json().getAsJsonArray("rows").get(row));
        int end = Arrays.stream(given).boxed().toList().indexOf(marks.endId());
        canvas.see(spec.name(), new TokenizedModality.IdSequence(given));
        if (end + 1 != shown.length || given[end] != shown[end]) {
          assertThat(visible(canvas, without)).hasSize(end < 0 ? given.length : end + 1);
          continue;
        }
      } else {
        assertThat(call).startsWith("custom text");
        canvas.see(spec.name(), new TokenizedModality.IdSequence(shown));
      }
      assertThat(visible(canvas, without)).isEqualTo(shown);
      compareTarget(canvas, spec, call, targets, marks);
    }
  }

  private static void compareTarget(
      Canvas canvas, ModalitySpec spec, String call, int[] targets, SpanMarks marks) {
    if (call.startsWith("empty target") && spec.layout() instanceof TokenLayout.Grid) {
      assertThat(canvas.grid(spec.name()).open()).hasSize(targets.length);
    } else if (call.startsWith("empty target")) {
      SequencePart text = canvas.sequence(spec.name());
      assertThat(text.ends(targets[targets.length - 1])).isTrue();
      if (targets.length > 1) { // with room for one token there is none for the sentinel before it
        assertThat(text.firstToken()).isEqualTo(targets[0]);
      }
    } else if (call.startsWith("custom text") && canvas.isKnown(spec.name())) {
      assertThat(targets[targets.length - 1]).isEqualTo(marks.endId());
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
    SpanMarks marks =
        new SpanMarks(
            entry.stated().padId(), entry.stated().endId(), sentinels[0], sentinels.length);
    assertThat(
            SentinelMerging.merge(
                ints(entry.json().get("input")), ints(entry.json().get("target")), marks))
        .isEqualTo(ints(entry.json().get("merged")));
  }
}
