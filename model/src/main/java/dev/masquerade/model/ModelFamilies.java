package dev.masquerade.model;

import dev.masquerade.modality.NearestName;
import dev.masquerade.model.byol.ByolFamily;
import dev.masquerade.model.codec.VqFamily;
import dev.masquerade.model.codec.diffusion.DivaeFamily;
import dev.masquerade.model.mae.MaeFamily;
import dev.masquerade.model.multimae.MultiMaeFamily;
import dev.masquerade.model.vit.VitFamily;
import dev.masquerade.model.weights.ConfiguredFamily;
import java.util.List;

/** The families of models that {@code config.json} can name. */
public final class ModelFamilies {

  private static final List<ConfiguredFamily> ALL =
      List.of(
          MaeFamily.MAE,
          MaeFamily.SIMMIM,
          VitFamily.INSTANCE,
          MultiMaeFamily.INSTANCE,
          ByolFamily.INSTANCE,
          VqFamily.INSTANCE,
          DivaeFamily.INSTANCE);

  private ModelFamilies() {}

  /**
   * Returns a family.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ConfiguredFamily named(String name) {
    for (ConfiguredFamily family : ALL) {
      if (family.name().equals(name)) {
        return family;
      }
    }
    List<String> known = ALL.stream().map(ConfiguredFamily::name).toList();
    throw new IllegalArgumentException(
        "family \""
            + name
            + "\" is not known."
            + NearestName.of(name, known).map(near -> " Did you mean \"" + near + "\"?").orElse("")
            + " Known: "
            + String.join(", ", known));
  }
}
