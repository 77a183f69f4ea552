package dev.masquerade.modality.text;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;

/**
 * Brings the modalities {@code caption}, {@code text}, {@code text_chunks}, {@code det} and {@code
 * metadata}.
 */
public final class TextPlugin extends AbstractModule implements ModalityPlugin {

  private static final int DEFAULT_MAX_TOKENS = 256;

  /** 4M-21's. */
  private static final int METADATA_MAX_TOKENS = 40;

  @Override
  public String name() {
    return "masquerade text";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder<String, Modality> modalities =
        MapBinder.newMapBinder(binder(), String.class, Modality.class);
    modalities.addBinding("caption").toInstance(new CaptionModality());
    modalities.addBinding("text").toInstance(new CaptionModality());
    modalities
        .addBinding("text_chunks")
        .toInstance(
            new ChunkModality(
                ChunkModality::strings, DEFAULT_MAX_TOKENS, ChunkModality.Order.STORED));
    modalities.addBinding("det").toInstance(new BoxModality());
    modalities
        .addBinding("metadata")
        .toInstance(
            new ChunkModality(
                MetadataChunks::chunks, METADATA_MAX_TOKENS, ChunkModality.Order.RANDOM));
  }
}
