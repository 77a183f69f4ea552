package dev.masquerade.modality.sequence;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;

/** Brings {@code token_sequence}, {@code sequence_embedding} and 4M's {@code t5_caption}. */
public final class SequencePlugin extends AbstractModule implements ModalityPlugin {

  private static final int DEFAULT_MAX_TOKENS = 256;

  /** T5-XXL's. */
  private static final int T5_WIDTH = 4_096;

  private static final int T5_MAX_TOKENS = 77;

  @Override
  public String name() {
    return "masquerade sequences";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder<String, Modality> modalities =
        MapBinder.newMapBinder(binder(), String.class, Modality.class);
    modalities.addBinding("token_sequence").toInstance(new TokenSequenceModality());
    modalities
        .addBinding("sequence_embedding")
        .toInstance(new EmbeddingModality(0, DEFAULT_MAX_TOKENS));
    modalities.addBinding("t5_caption").toInstance(new EmbeddingModality(T5_WIDTH, T5_MAX_TOKENS));
  }
}
