package org.example.spectrogram;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;

/** Brings the modality {@code spectrogram}. Listed in META-INF/services. */
public final class SpectrogramPlugin extends AbstractModule implements ModalityPlugin {

  @Override
  public String name() {
    return "spectrograms";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder.newMapBinder(binder(), String.class, Modality.class)
        .addBinding("spectrogram")
        .toInstance(new SpectrogramModality());
  }
}
