package dev.masquerade.modality.code;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.TokenCodecReader;
import dev.masquerade.modality.TokenCodecs;
import dev.masquerade.modality.TokenLayout;
import org.jspecify.annotations.Nullable;

/**
 * Brings grids of image tokens: {@code image_tokens}, and those of 4M under their names with their
 * vocabularies; features that tokenizers learn on; patch codebooks; and the door by which other
 * tokenizers of pictures come in.
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
    Multibinder.newSetBinder(binder(), TokenCodecReader.class)
        .addBinding()
        .toInstance(new PatchCodebookReader());
    bind(TokenCodecs.class).in(Singleton.class);
    MapBinder<String, Modality> modalities =
        MapBinder.newMapBinder(binder(), String.class, Modality.class);
    modalities.addBinding("feature_map").toInstance(new FeatureMapModality());
    bind(modalities, "image_tokens", 0, 16, null);
    bind(modalities, "tok_rgb", 16_384, 16, null);
    bind(modalities, "tok_depth", 8_192, 16, null);
    bind(modalities, "tok_normal", 8_192, 16, null);
    bind(modalities, "tok_semseg", 4_096, 16, null);
    bind(modalities, "tok_clip", 8_192, 16, null);
    bind(modalities, "tok_canny_edge", 8_192, 16, null);
    bind(modalities, "tok_sam_edge", 8_192, 16, null);
    bind(modalities, "tok_dinov2", 8_192, 14, null);
    bind(modalities, "tok_imagebind", 8_192, 14, null);
    bind(modalities, "tok_dinov2_global", 8_192, 14, GLOBAL);
    bind(modalities, "tok_imagebind_global", 8_192, 14, GLOBAL);
  }

  private void bind(
      MapBinder<String, Modality> modalities,
      String name,
      int vocabulary,
      int patch,
      TokenLayout.@Nullable Grid grid) {
    // What a tokenizer can be is known once every plugin is installed.
    Provider<TokenCodecs> codecs = getProvider(TokenCodecs.class);
    modalities
        .addBinding(name)
        .toProvider(() -> new ImageTokenModality(vocabulary, patch, grid, codecs.get()));
  }
}
