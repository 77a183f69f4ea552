package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.budget.BudgetLimits;
import dev.masquerade.masking.budget.TokenBudgets;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Masking calls of the 4M reference, with its own draws: everything must come out equal. */
class MaskingReplayGoldenTest {

  @TestFactory
  List<DynamicTest> recordedBudgets_comeOutEqual() {
    return cases("budgets", MaskingReplayGoldenTest::checkBudgets);
  }

  @TestFactory
  List<DynamicTest> recordedGrids_comeOutEqual() {
    return cases(
        "image",
        (marks, recorded) -> {
          int tokens = recorded.get("num_tokens").getAsInt();
          checkMasking(
              recorded,
              GoldenModalities.grid("grid", tokens),
              GoldenModalities.idsFromZero(tokens),
              false);
        });
  }

  @TestFactory
  List<DynamicTest> recordedSequences_comeOutEqual() {
    return cases(
        "sequence",
        (marks, recorded) -> {
          int maxTokens = recorded.get("max_tokens").getAsInt();
          int[] words = Goldens.ints(recorded.get("words"));
          checkMasking(
              recorded,
              GoldenModalities.sequence("text", maxTokens, marks, TokenLayout.Unit.TOKEN),
              GoldenModalities.text(words, marks, maxTokens),
              true);
        });
  }

  @TestFactory
  List<DynamicTest> recordedChunks_comeOutEqual() {
    return cases(
        "chunks",
        (marks, recorded) -> {
          int maxTokens = recorded.get("max_tokens").getAsInt();
          List<int[]> chunks =
              StreamSupport.stream(recorded.getAsJsonArray("chunks").spliterator(), false)
                  .map(Goldens::ints)
                  .toList();
          checkMasking(
              recorded,
              GoldenModalities.sequence("text", maxTokens, marks, TokenLayout.Unit.CHUNK),
              GoldenModalities.chunks(chunks, marks, maxTokens),
              true);
        });
  }

  @TestFactory
  List<DynamicTest> recordedTokenSequences_comeOutEqual() {
    return cases(
        "sequence_tokens",
        (marks, recorded) -> {
          int offset = recorded.get("vocab_offset").getAsInt();
          int[] ids =
              IntStream.of(Goldens.ints(recorded.get("ids"))).map(id -> id + offset).toArray();
          checkMasking(
              recorded,
              GoldenModalities.sequence(
                  "tokens", recorded.get("max_tokens").getAsInt(), marks, TokenLayout.Unit.TOKEN),
              new TokenizedModality.IdSequence(ids),
              true);
        });
  }

  @TestFactory
  List<DynamicTest> recordedVectorSequences_comeOutEqual() {
    return cases("sequence_emb", MaskingReplayGoldenTest::checkVectors);
  }

  @TestFactory
  List<DynamicTest> recordedTransfers_comeOutEqual() {
    return cases("transfer", MaskingReplayGoldenTest::checkTransfer);
  }

  private static List<DynamicTest> cases(String kind, BiConsumer<SpanMarks, JsonObject> check) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonObject file : Goldens.read("masking_replays")) {
      JsonObject tokenizer = file.getAsJsonObject("tokenizer");
      SpanMarks marks =
          new SpanMarks(
              tokenizer.get("pad").getAsInt(),
              tokenizer.get("eos").getAsInt(),
              tokenizer.get("first_sentinel_id").getAsInt(),
              tokenizer.get("num_sentinels").getAsInt());
      for (JsonObject recorded : Goldens.objects(file, kind)) {
        String name = kind + " " + tests.size();
        tests.add(dynamicTest(name, () -> check.accept(marks, recorded)));
      }
    }
    return tests;
  }

  private static void checkBudgets(SpanMarks marks, JsonObject recorded) {
    List<JsonObject> modalities = Goldens.objects(recorded, "modalities");
    int component = recorded.get("mixture").getAsInt();
    int[] inputTakers = takers(modalities, "input_alphas", component);
    int[] targetTakers = takers(modalities, "target_alphas", component);
    if (inputTakers.length == 0 || targetTakers.length == 0) {
      assertThatThrownBy(() -> new MaskingComponent(GoldenModalities.shares(modalities, component)))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    List<JsonObject> draws = Goldens.objects(recorded, "dirichlet_draws");
    ReplayedShares inputDraws = new ReplayedShares(draws, "input", inputTakers);
    ReplayedShares targetDraws = new ReplayedShares(draws, "target", targetTakers);
    String message = recorded.get("message").getAsString();
    // Where the recording gave up, the number of its attempts is its limit.
    int attempts =
        message.contains("input")
            ? inputDraws.attempts()
            : message.contains("target") ? targetDraws.attempts() : TokenBudgets.ATTEMPTS;
    List<BudgetLimits> limits =
        modalities.stream()
            .map(
                modality ->
                    new BudgetLimits(
                        modality.get("min_tokens").getAsInt(),
                        modality.get("max_tokens").getAsInt(),
                        modality.get("type").getAsString().equals("img")))
            .toList();
    TokenBudgets budgets = new TokenBudgets(limits, attempts);
    double[] scratch = new double[modalities.size()];
    int[] input = new int[modalities.size()];
    int[] target = new int[modalities.size()];

    boolean inputMet =
        budgets.shareInput(
            recorded.get("num_input_tokens").getAsInt(), inputTakers, inputDraws, scratch, input);
    boolean targetMet =
        budgets.shareTarget(
            recorded.get("num_target_tokens").getAsInt(),
            targetTakers,
            targetDraws,
            scratch,
            input,
            target);

    assertThat(input).as("input").containsExactly(Goldens.ints(recorded.get("input_budget")));
    assertThat(target).as("target").containsExactly(Goldens.ints(recorded.get("target_budget")));
    assertThat(inputMet).isEqualTo(!message.contains("input"));
    assertThat(targetMet).isEqualTo(!message.contains("target"));
    assertThat(inputDraws.exhausted() && targetDraws.exhausted()).as("all drawn").isTrue();
  }

  private static int[] takers(List<JsonObject> modalities, String alphas, int component) {
    return IntStream.range(0, modalities.size())
        .filter(m -> Goldens.doubles(modalities.get(m).get(alphas))[component] > 0)
        .toArray();
  }

  private static MaskedBatch.Part mask(
      JsonObject recorded, ModalitySpec spec, TokenizedModality tokens, boolean spans) {
    MaskedBatch batch = MaskedBatch.allocate(List.of(spec), 2);
    // The row of another sample must not shine through.
    fillWithOthers(batch);
    batch.clear();
    int row = batch.addRow("key");
    ReplayedDraws draws = new ReplayedDraws(Goldens.objects(recorded, "draws"));
    int inputBudget = recorded.get("input_budget").getAsInt();
    if (spans && inputBudget == 0) {
      draws.skipRound();
    }
    KeepScheme keep =
        recorded.has("keep")
            ? GoldenModalities.keep(recorded.get("keep").getAsString())
            : KeepScheme.RANDOM;
    ModalityMasking.of(spec)
        .mask(
            tokens,
            inputBudget,
            budgetOrUnlimited(recorded.get("target_budget")),
            keep,
            draws,
            batch.parts().get(0),
            row);
    assertThat(draws.left()).as("draws not asked for").isZero();
    return batch.parts().get(0);
  }

  private static void fillWithOthers(MaskedBatch batch) {
    while (batch.rows() < batch.capacity()) {
      batch.addRow("other");
    }
    for (MaskedBatch.Part part : batch.parts()) {
      Arrays.fill(part.ids, 7);
      Arrays.fill(part.decoderRun, 7);
    }
  }

  private static void checkMasking(
      JsonObject recorded, ModalitySpec spec, TokenizedModality tokens, boolean spans) {
    MaskedBatch.Part part = mask(recorded, spec, tokens, spans);
    JsonObject out = recorded.getAsJsonObject("out");
    checkIds(part, out);
    checkMasks(part, out);
  }

  private static void checkVectors(SpanMarks marks, JsonObject recorded) {
    int width = recorded.get("dim").getAsInt();
    int length = recorded.get("length").getAsInt();
    float[] values = new float[length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    ModalitySpec spec =
        GoldenModalities.vectors("vectors", recorded.get("max_tokens").getAsInt(), width);
    MaskedBatch.Part part =
        mask(recorded, spec, new TokenizedModality.VectorTokens(values, width), true);
    JsonObject out = recorded.getAsJsonObject("out");
    checkMasks(part, out);
    int place = 0;
    for (JsonElement vector : out.getAsJsonArray("tensor")) {
      double[] expected = Goldens.doubles(vector);
      for (int i = 0; i < width; i++) {
        assertThat((double) part.vectors[place * width + i]).isEqualTo(expected[i]);
      }
      place++;
    }
  }

  private static void checkTransfer(SpanMarks marks, JsonObject recorded) {
    List<ModalitySpec> specs = new ArrayList<>();
    List<TokenizedModality> sample = new ArrayList<>();
    for (JsonObject modality : Goldens.objects(recorded, "modalities")) {
      ModalitySpec spec = GoldenModalities.spec(modality, marks);
      specs.add(spec);
      int maxTokens = spec.layout().maxTokens();
      sample.add(
          spec.layout() instanceof TokenLayout.Grid
              ? GoldenModalities.idsFromZero(maxTokens)
              : GoldenModalities.text(Goldens.ints(modality.get("content")), marks, maxTokens));
    }
    MaskedBatch batch = MaskedBatch.allocate(specs, 2);
    fillWithOthers(batch);
    batch.clear();
    int row = batch.addRow("key");

    new TransferMasking(names(recorded, "inputs"), names(recorded, "targets"))
        .policy(specs)
        .mask(sample, new SampleStreams(1).stream(0, "key", Purpose.MASKING), batch, row);

    for (MaskedBatch.Part part : batch.parts()) {
      JsonObject out = recorded.getAsJsonObject("out").getAsJsonObject(part.spec.name().value());
      checkIds(part, out);
      checkMasks(part, out);
    }
  }

  private static Set<ModalityName> names(JsonObject recorded, String side) {
    return StreamSupport.stream(recorded.getAsJsonArray(side).spliterator(), false)
        .map(name -> new ModalityName(name.getAsString()))
        .collect(Collectors.toSet());
  }

  private static int budgetOrUnlimited(JsonElement budget) {
    return budget.isJsonNull() ? ModalityMasking.UNLIMITED : budget.getAsInt();
  }

  private static void checkIds(MaskedBatch.Part part, JsonObject out) {
    assertThat(IntStream.of(part.ids).limit(part.places).toArray())
        .as("ids of %s", part.spec.name())
        .containsExactly(Goldens.ints(out.get("tensor")));
  }

  private static void checkMasks(MaskedBatch.Part part, JsonObject out) {
    assertThat(firstRow(part.encoderIgnored, part.places))
        .as("input mask of %s", part.spec.name())
        .containsExactly(Goldens.ints(out.get("input_mask")));
    assertThat(firstRow(part.decoderIgnored, part.places))
        .as("target mask of %s", part.spec.name())
        .containsExactly(Goldens.ints(out.get("target_mask")));
    assertThat(IntStream.of(part.decoderRun).limit(part.places).toArray())
        .as("attention of %s", part.spec.name())
        .containsExactly(Goldens.ints(out.get("decoder_attention_mask")));
  }

  private static int[] firstRow(boolean[] ignored, int places) {
    return IntStream.range(0, places).map(place -> ignored[place] ? 1 : 0).toArray();
  }
}
