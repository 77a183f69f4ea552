package dev.masquerade.modality;

import com.google.inject.Module;

/**
 * How a jar announces its modalities. List the implementing class in {@code
 * META-INF/services/dev.masquerade.modality.ModalityPlugin}; the program finds it when the jar is
 * on its class path.
 */
public interface ModalityPlugin {

  /** Returns the name by which messages speak of the plugin. */
  String name();

  /** Returns a module that adds to {@code MapBinder<String, Modality>}. */
  Module module();
}
