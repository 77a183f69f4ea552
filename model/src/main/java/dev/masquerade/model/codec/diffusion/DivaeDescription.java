package dev.masquerade.model.codec.diffusion;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodecImage;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqChain;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.VqTensors;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitChain;
import dev.masquerade.model.vit.VitTensors;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A tokenizer whose decoder generates, and what it turns into ids.
 *
 * @param config dimensions and choices
 * @param image patches of bytes, or vectors on a grid; where the grid is not the config's, position
 *     tables are resized
 */
public record DivaeDescription(DivaeConfig config, ModalitySpec image)
    implements TokenizerDescription {

  /** Prefix of the decoder's tensors. */
  static final String DECODER = "decoder.";

  /** Says whether a tensor is the decoder's, by its name; the others make ids. */
  public boolean isDecoder(String name) {
    return name.startsWith(DECODER);
  }

  /** How far rounding may take a number out of [-1, 1]. */
  private static final double ROUNDING = 1e-3;

  public DivaeDescription {
    TokenLayout.Grid grid = CodecImage.grid(config.tokens(), image);
    int patch = config.tokens().patchSize();
    config.decoder().requireFits((long) grid.rows() * patch, (long) grid.columns() * patch);
    if (config.diffusion().clips()
        && !config.tokens().undoStandardisation()
        && image.space() instanceof TokenSpace.Pixels pixels) {
      requireWithinClip(image, pixels.statistics());
    }
  }

  private static void requireWithinClip(ModalitySpec image, ChannelStatistics statistics) {
    for (int c = 0; c < statistics.channels(); c++) {
      double mean = statistics.mean().get(c);
      double deviation = statistics.deviation().get(c);
      double farthest = Math.max(mean, 1 - mean) / deviation;
      if (farthest > 1 + ROUNDING) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s reaches %.2f after normalising, but the decoder clips to [-1, 1]. Normalise by"
                    + " mean 0.5 and deviation 0.5, undo the standardisation of colours, or do not"
                    + " clip",
                image.name(),
                farthest));
      }
    }
  }

  @Override
  public VqEncoderConfig tokens() {
    return config.tokens();
  }

  @Override
  public DivaeDescription taking(ModalitySpec other) {
    return new DivaeDescription(config, other);
  }

  @Override
  public FrameTokenizer tokenizer(Parameters parameters, Precision precision) {
    return new DivaeTokenizer(this, parameters, precision, config.decoding());
  }

  @Override
  public ModelFamily family() {
    return DivaeFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    VitTensors encoder = new VitTensors();
    VqTensors.encoder(config.tokens(), encoder);
    return new LayoutCollector()
        .under("", encoder.layout())
        .under(DECODER, PatchedUnet.layout(config.decoder()))
        .layout();
  }

  @Override
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }

  @Override
  public DimensionChain chain() {
    return chain(config, layout());
  }

  /** Returns where the parts of a model meet whose parameters were laid out apart from it. */
  static DimensionChain chain(DivaeConfig config, ParameterLayout layout) {
    VitChain chain = new VitChain(layout);
    VqChain.encoder(config.tokens(), chain);
    UnetConfig decoder = config.decoder();
    int patch = decoder.patch() * decoder.patch();
    String first = DECODER + "input_blocks.0.0";
    chain.declared(
        "channels x patch x patch + latentWidth",
        (long) decoder.channels() * patch + config.tokens().latentWidth(),
        first,
        "weight",
        1);
    chain.declared(
        "decoder width", (long) decoder.width() * decoder.multipliers().get(0), first, "weight", 0);
    chain.declared("decoder width", decoder.width(), DECODER + "time_embed.0", "weight", 1);
    chain.meet(
        DECODER + "time_embed.0", "weight", 0, DECODER + "time_embed.2", "weight", 1, "width");
    chain.meet(DECODER + "out.0", "weight", 0, DECODER + "out.2", "weight", 1, "width");
    chain.declared(
        "channels x patch x patch",
        (long) decoder.channels() * patch,
        DECODER + "out.2",
        "weight",
        0);
    return chain.chain();
  }

  @Override
  public String headline() {
    UnetConfig decoder = config.decoder();
    DiffusionConfig diffusion = config.diffusion();
    return String.format(
        Locale.ROOT,
        "tokenizer, %s, diffusion decoder of patches of %d, width %d x %s, %d blocks a level,"
            + " predicts %s over %d timesteps of %s",
        VqDescription.headline(config.tokens()),
        decoder.patch(),
        decoder.width(),
        decoder.multipliers(),
        decoder.residualBlocks(),
        diffusion.prediction().text(),
        diffusion.timesteps(),
        diffusion.schedule().text());
  }
}
