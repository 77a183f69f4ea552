package dev.masquerade.train.generate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.embed.FeatureExtractor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Features of an encoder that sees, beside a picture, what the model first predicted of it:
 * thinking in modalities. What is predicted is the likeliest, so equal pictures give equal
 * features.
 */
public final class ThinkingFeatures implements FeatureExtractor, AutoCloseable {

  private final Generator generator;
  private final List<ModalityName> thought;
  private final Pooling pooling;
  private final ShownPictures pictures;
  private final SamplingPlan plan;
  private final Parameters weights;
  private final VisionEncoder encoder;
  private final List<ModalitySpec> seen;
  private final MaskingPolicy policy;
  private final Packer packer;
  private final int width;
  private final String arithmetic;
  private @Nullable Generator owned;

  /**
   * Prepares.
   *
   * @param generator stays the caller's to close, after this
   * @param written what is predicted first, in this order, as a person names it
   * @param pooling of the tokens of picture and predictions: the mean or the largest
   * @throws GenerationRefusedException if the model cannot predict or see it
   * @throws IOException if a tokenizer cannot be read
   */
  public ThinkingFeatures(Generator generator, List<String> written, Pooling pooling)
      throws IOException {
    ModelModalities modalities = generator.modalities();
    if (!(generator.description() instanceof FourMDescription description)) {
      throw new GenerationRefusedException(
          "only a 4M model predicts modalities; this is one of the family "
              + generator.description().family().name());
    }
    if (pooling == Pooling.CLASS_TOKEN) {
      throw new GenerationRefusedException(
          "the encoder has no class token. Take the mean of its tokens: --pool mean");
    }
    this.generator = generator;
    this.pooling = pooling;
    this.pictures = new ShownPictures(modalities);
    this.thought = written.stream().map(modalities::target).toList();
    Set<ModalityName> all = new LinkedHashSet<>(Set.of(pictures.name()));
    for (ModalityName name : thought) {
      if (!modalities.inputs().contains(name) || !all.add(name)) {
        throw new GenerationRefusedException(
            name
                + " is predicted but cannot be seen beside the picture. The model sees "
                + ModalityChoice.listed(modalities.inputs()));
      }
    }
    this.arithmetic = generator.arithmetic(all);
    this.plan = generator.likeliest(Set.of(pictures.name()), thought);
    FourMDescription alone =
        description.encoderOf(
            description.modalities().stream().filter(spec -> all.contains(spec.name())).toList());
    this.seen = alone.modalities();
    this.width = alone.config().dim();
    this.policy = new TransferMasking(all, Set.of()).policy(seen);
    this.packer = new Packer(seen, PackLimits.NONE);
    Parameters whole = generator.model().parameters();
    this.weights =
        Parameters.create(
            alone.layout(), whole.device(), spec -> FloatBuffer.wrap(whole.read(spec.name())));
    try {
      this.encoder = new VisionEncoder(alone.config(), seen, weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Opens a model to think with; closing the result closes the model.
   *
   * @param path see {@link Generator#open}
   * @param written what is predicted first, in this order, as a person names it
   * @param catalogue kinds of modality
   */
  public static ThinkingFeatures open(
      Path path,
      List<String> written,
      Pooling pooling,
      ModalityCatalogue catalogue,
      DeviceChoice device,
      PrecisionChoice precision)
      throws IOException {
    Generator generator = Generator.open(path, Map.of(), catalogue, device, precision);
    try {
      ThinkingFeatures features = new ThinkingFeatures(generator, written, pooling);
      features.owned = generator;
      return features;
    } catch (IOException | RuntimeException e) {
      generator.close();
      throw e;
    }
  }

  /** Returns where it computes. */
  public Device device() {
    return weights.device();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int imageHeight() {
    return pictures.height();
  }

  @Override
  public int imageWidth() {
    return pictures.width();
  }

  @Override
  public String origin() {
    return String.format(
        Locale.ROOT,
        "%s, %s of %s beside predicted %s, %s",
        generator.stamp(),
        pooling.name().toLowerCase(Locale.ROOT),
        pictures.name(),
        thought,
        arithmetic);
  }

  @Override
  public float[] features(List<PixelImage> images) {
    List<Prompt> prompts = images.stream().map(pictures::prompt).toList();
    List<GeneratedSample> samples = generator.generate(prompts, plan, SamplingListener.NONE);
    MaskedBatch batch = MaskedBatch.allocate(seen, images.size());
    SampleStreams streams = new SampleStreams(0);
    for (int row = 0; row < images.size(); row++) {
      int at = batch.addRow("image");
      policy.mask(
          tokens(prompts.get(row), samples.get(row)),
          streams.stream(0, "image", Purpose.MASKING),
          batch,
          at);
    }
    try (PackedBatch packed = packer.pack(batch);
        StepScope scope = StepScope.open(weights.manager())) {
      NDArray features =
          encoder.features(packed, pooling, generator.model().precision(), scope); // (B, D)
      return features.toFloatArray();
    }
  }

  /** Returns the picture and what was predicted of it, in the order of the encoder's modalities. */
  private List<@Nullable TokenizedModality> tokens(Prompt prompt, GeneratedSample sample) {
    List<@Nullable TokenizedModality> tokens = new ArrayList<>();
    for (ModalitySpec spec : seen) {
      tokens.add(
          spec.name().equals(pictures.name())
              ? prompt.conditions().get(0).tokens()
              : sample.find(spec.name()).map(made -> made.tokens(spec)).orElse(null));
    }
    return tokens;
  }

  @Override
  public void close() {
    encoder.close();
    weights.close();
    if (owned != null) {
      owned.close();
    }
  }
}
