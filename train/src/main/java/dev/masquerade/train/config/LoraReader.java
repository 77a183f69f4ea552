package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.lora.AdaptedParts;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.proto.run.v1.Lora;
import dev.masquerade.proto.run.v1.LoraParts;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.Optional;

/** Reads what a run says of adapters, and writes it. */
final class LoraReader {

  private static final int USUAL_RANK = 4;

  private final Model message;
  private final FieldProblems at;
  private final NumberFields numbers;

  LoraReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message.getLora(), at.at("lora"));
  }

  /** Returns the adapters, if there are to be some; what is wrong with them is reported. */
  Optional<LoraConfig> read(Optional<Path> initialWeights) {
    if (!message.hasLora()) {
      return Optional.empty();
    }
    if (initialWeights.isEmpty()) {
      at.report(
          "lora",
          "trains adapters of weights that are there, and leaves all others as they are; give"
              + " initial_weights, or leave lora out to train the whole model.");
    }
    return Optional.of(
        new LoraConfig(
            numbers.count("rank", 1, USUAL_RANK),
            numbers.real(
                "scale", scale -> scale != 0 && Double.isFinite(scale), "finite and not 0", 1),
            parts(message.getLora().getModules()),
            message.getLora().getEmbeddings()));
  }

  private static AdaptedParts parts(LoraParts parts) {
    return switch (parts) {
      case LORA_PARTS_UNSPECIFIED, LORA_PARTS_ATTENTION, UNRECOGNIZED -> AdaptedParts.ATTENTION;
      case LORA_PARTS_SELF_ATTENTION -> AdaptedParts.SELF_ATTENTION;
      case LORA_PARTS_CROSS_ATTENTION -> AdaptedParts.CROSS_ATTENTION;
      case LORA_PARTS_MLP -> AdaptedParts.MLP;
      case LORA_PARTS_ALL -> AdaptedParts.ALL;
    };
  }

  /** Turns adapters back into the message that a file holds. */
  static Lora message(LoraConfig lora) {
    return Lora.newBuilder()
        .setRank(lora.rank())
        .setScale(lora.scale())
        .setModules(
            switch (lora.parts()) {
              case SELF_ATTENTION -> LoraParts.LORA_PARTS_SELF_ATTENTION;
              case CROSS_ATTENTION -> LoraParts.LORA_PARTS_CROSS_ATTENTION;
              case ATTENTION -> LoraParts.LORA_PARTS_ATTENTION;
              case MLP -> LoraParts.LORA_PARTS_MLP;
              case ALL -> LoraParts.LORA_PARTS_ALL;
            })
        .setEmbeddings(lora.embeddings())
        .build();
  }
}
