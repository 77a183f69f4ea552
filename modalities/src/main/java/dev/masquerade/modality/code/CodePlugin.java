package dev.masquerade.modality.code;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.TokenLayout;

/**
 * Brings grids of image tokens: {@code image_tokens}, and those of 4M under their names with their
 * vocabularies.
 */
public final class CodePlugin extends AbstractModule implements ModalityPlugin {

  private static final TokenLayout.Grid GLOBAL = new TokenLayout.Grid(4, 4);

  @Override
  public String name() {
    return "masquerade codes";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder<String, Modality> modalities =
        MapBinder.newMapBinder(binder(), String.class, Modality.class);
    bind(modalities, "image_tokens", 0, 16);
    bind(modalities, "tok_rgb", 16_384, 16);
    bind(modalities, "tok_depth", 8_192, 16);
    bind(modalities, "tok_normal", 8_192, 16);
    bind(modalities, "tok_semseg", 4_096, 16);
    bind(modalities, "tok_clip", 8_192, 16);
    bind(modalities, "tok_canny_edge", 8_192, 16);
    bind(modalities, "tok_sam_edge", 8_192, 16);
    bind(modalities, "tok_dinov2", 8_192, 14);
    bind(modalities, "tok_imagebind", 8_192, 14);
    for (String name : new String[] {"tok_dinov2_global", "tok_imagebind_global"}) {
      modalities.addBinding(name).toInstance(new ImageTokenModality(8_192, 14, GLOBAL));
    }
  }

  private static void bind(
      MapBinder<String, Modality> modalities, String name, int vocabulary, int patch) {
    modalities.addBinding(name).toInstance(new ImageTokenModality(vocabulary, patch, null));
  }
}
