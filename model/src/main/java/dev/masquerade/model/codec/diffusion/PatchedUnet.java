package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * The U-Net of guided diffusion [1] over patches [2]: a picture is cut into patches whose samples,
 * ordered by channel, row and column, are the channels of a smaller map. The condition is
 * stretched to the size of that map by repeating its nearest values and stands beside them.
 *
 * [1] Dhariwal, Nichol: Diffusion Models Beat GANs on Image Synthesis, 2021.
 * [2] Luhman, Luhman: Improving Diffusion Model Efficiency Through Patching, 2022.
 */
/**
 * The network of a diffusion decoder: says what a noisy picture was, given what tokens say of it.
 */
public final class PatchedUnet {

  private final KernelModule kernels;
  private final UnetConfig config;
  private final NDList weights = new NDList();
  private final long[] program;
  private final NDArray nothing;

  /**
   * Looks up the weights.
   *
   * @param kernels of a model, with {@link Kernels#DIFFUSION}
   * @param parameters laid out by {@link #layout}
   */
  public PatchedUnet(KernelModule kernels, UnetConfig config, Parameters parameters) {
    this.kernels = kernels;
    this.config = config;
    this.nothing = parameters.orAbsent("");
    List<UnetPart> parts = UnetPart.of(config);
    this.program = parts.stream().mapToLong(part -> part.kind().ordinal()).toArray();
    add(parameters, "time_embed.0");
    add(parameters, "time_embed.2");
    for (UnetPart part : parts) {
      for (String name : UnetLayout.names(part)) {
        // Only the shortcut of a residual part may be absent.
        weights.add(parameters.layout().contains(name) ? parameters.get(name) : nothing);
      }
    }
    add(parameters, "out.0");
    add(parameters, "out.2");
  }

  private void add(Parameters parameters, String name) {
    weights.add(parameters.get(name + ".weight"));
    weights.add(parameters.get(name + ".bias"));
  }

  /** Returns the tensors of a U-Net. */
  public static ParameterLayout layout(UnetConfig config) {
    return UnetLayout.of(config);
  }

  /** Returns its dimensions. */
  public UnetConfig config() {
    return config;
  }

  /**
   * Predicts the picture, the noise or the velocity, whatever it was trained for.
   *
   * @param noisy (B, C, H, W), height and width multiples of {@link UnetConfig#sizeUnit}
   * @param timesteps (B) whole numbers
   * @param condition (B, E, ., .) of any size
   * @param ignored (B, ., .) booleans of the condition's size, true where it counts as zeros; null
   *     for nowhere
   * @return (B, C, H, W) owned by the scope
   */
  public NDArray predict(
      NDArray noisy,
      NDArray timesteps,
      NDArray condition,
      @Nullable NDArray ignored,
      Precision precision,
      StepScope scope) {
    Shape shape = noisy.getShape();
    config.requireFits(shape.get(2), shape.get(3));
    return kernels
        .call(
            scope.manager(),
            "unet",
            noisy,
            timesteps,
            condition,
            ignored == null ? nothing : ignored,
            weights,
            program,
            config.patch(),
            config.width(),
            config.heads(),
            Kernels.dtype(precision))
        .get(0);
  }
}
