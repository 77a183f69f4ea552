package dev.masquerade.model.tokenizer;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.TokenCodecReader;

/** Brings learned tokenizers to modalities, and says where they compute. */
public final class NetworkCodecPlugin extends AbstractModule implements ModalityPlugin {

  @Override
  public String name() {
    return "masquerade tokenizer networks";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    bind(TokenizerDevice.class).in(Singleton.class);
    bind(NetworkCodecReader.class).in(Singleton.class);
    Multibinder.newSetBinder(binder(), TokenCodecReader.class)
        .addBinding()
        .to(NetworkCodecReader.class);
  }
}
