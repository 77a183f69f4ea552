package dev.masquerade.cli;

import dev.masquerade.modality.ModalityPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the modality plugins on the class path; the built-in ones are among them. */
final class Plugins {

  private Plugins() {}

  /**
   * Returns all plugins, in class path order.
   *
   * @throws IllegalStateException if a jar announces a plugin that cannot be created
   */
  static List<ModalityPlugin> find() {
    List<ModalityPlugin> found = new ArrayList<>();
    try {
      ServiceLoader.load(ModalityPlugin.class).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new IllegalStateException(
          "a plugin could not be loaded: " + e.getMessage() + ". Remove its jar, or mend it", e);
    }
    return found;
  }
}
