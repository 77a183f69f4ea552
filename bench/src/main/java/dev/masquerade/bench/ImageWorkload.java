package dev.masquerade.bench;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.mae.MaePresets;
import dev.masquerade.model.mae.MaskedAutoencoder;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VisionTransformer;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.train.optim.AdamW;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/** Steps of masked autoencoding and passes of embedding, with images of random samples. */
final class ImageWorkload {

  private static final double REMOVED = 0.75;

  private final ComputeEngine engine;
  private final MeasuredSteps measured;

  ImageWorkload(ComputeEngine engine, MeasuredSteps measured) {
    this.engine = engine;
    this.measured = measured;
  }

  Map<String, Object> measure(String name, int images, Precision precision, int threads) {
    engine.setThreads(threads);
    return switch (name) {
      case "mae" -> autoencoder(MaePresets.get("mae_vit_base"), images, precision, threads);
      case "embed16" -> embedding(VitPresets.get("vit_base"), images, precision, threads);
      case "embed32" -> embedding(VitPresets.get("vit_base_32"), images, precision, threads);
      default -> throw new IllegalArgumentException(name + " is not a measurement of images");
    };
  }

  private Map<String, Object> autoencoder(
      MaeConfig config, int images, Precision precision, int threads) {
    ModalitySpec image = image(config.encoder());
    int places = config.encoder().places();
    int seen = (int) (places * (1 - REMOVED));
    try (Parameters parameters = measured.parameters(new MaeDescription(config, image).layout());
        MaskedAutoencoder model = new MaskedAutoencoder(config, image, parameters);
        AdamW optimiser = MeasuredSteps.optimiser(parameters);
        PackedBatch packed = pack(image, images, seen)) {
      UniformRandomProvider rng = RandomSource.SPLIT_MIX_64.create(1);
      int prefix = config.encoder().prefixTokens();
      double forward =
          stack(config.encoder().depth(), config.encoder().width(), prefix + seen)
              + stack(config.decoderDepth(), config.decoderWidth(), prefix + places)
              + (double) config.encoder().width() * config.decoderWidth() * (prefix + seen)
              + (double) seen * config.encoder().patchWidth() * config.encoder().width()
              + (double) (places - seen) * config.encoder().patchWidth() * config.decoderWidth();
      Map<String, Object> result =
          measured.measured(
              "mae_vit_base, 224 px, batch " + images,
              precision,
              threads,
              6 * images * forward,
              scope -> model.lossAndGradients(packed, precision, rng, scope).gradients(),
              parameters,
              optimiser);
      // The reference's figure leaves the optimiser out.
      result.put(
          "images_per_s",
          images
              / (MeasuredSteps.seconds(result, "step_ms")
                  - MeasuredSteps.seconds(result, "optimiser_ms")));
      result.put(
          "cpu_images_per_s",
          images
              / (MeasuredSteps.seconds(result, "cpu_step_ms")
                  - MeasuredSteps.seconds(result, "cpu_optimiser_ms")));
      return result;
    }
  }

  private Map<String, Object> embedding(
      VitConfig config, int images, Precision precision, int threads) {
    ModalitySpec image = image(config);
    try (Parameters parameters = measured.parameters(new VitDescription(config, image).layout());
        VisionTransformer model = new VisionTransformer(config, image, parameters);
        PackedBatch packed = pack(image, images, config.places())) {
      double forward =
          stack(config.depth(), config.width(), config.prefixTokens() + config.places())
              + (double) config.places() * config.patchWidth() * config.width();
      Map<String, Object> result =
          measured.measured(
              "embedding, patches of " + config.patchSize() + ", 224 px, batch " + images,
              precision,
              threads,
              2 * images * forward,
              scope -> {
                model.features(packed, Pooling.CLASS_TOKEN, precision, scope).toFloatArray();
                return null;
              },
              parameters,
              null);
      result.put("images_per_s", images / MeasuredSteps.seconds(result, "step_ms"));
      result.put("cpu_images_per_s", images / MeasuredSteps.seconds(result, "cpu_step_ms"));
      return result;
    }
  }

  /** Multiplications of a row's products with a feed-forward of four times the width. */
  private static double stack(int depth, double width, double tokens) {
    return depth * (12 * width * width * tokens + 2 * tokens * tokens * width);
  }

  private static ModalitySpec image(VitConfig config) {
    return new ModalitySpec(
        new ModalityName("rgb"),
        new TokenSpace.Pixels(config.patchSize(), ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(config.rows(), config.columns()),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private static PackedBatch pack(ModalitySpec image, int rows, int seen) {
    MaskedBatch batch = MaskedBatch.allocate(List.of(image), rows);
    MaskedBatch.Part part = batch.parts().get(0);
    UniformRandomProvider random = RandomSource.SPLIT_MIX_64.create(1);
    random.nextBytes(part.pixels);
    for (int row = 0; row < rows; row++) {
      batch.addRow("image" + row);
      int[] order = PermutationSampler.natural(part.places);
      PermutationSampler.shuffle(random, order);
      for (int i = 0; i < part.places; i++) {
        int at = row * part.places + order[i];
        part.encoderIgnored[at] = i >= seen;
        part.decoderIgnored[at] = i < seen;
      }
    }
    return new Packer(List.of(image), PackLimits.NONE).pack(batch);
  }
}
