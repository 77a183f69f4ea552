package dev.masquerade.model.tokenizer;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.TokenCodecReader;

/** Brings learned tokenizers to modalities. */
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
    Multibinder.newSetBinder(binder(), TokenCodecReader.class)
        .addBinding()
        .toInstance(new NetworkCodecReader());
  }
}
