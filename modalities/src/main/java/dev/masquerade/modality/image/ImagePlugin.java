package dev.masquerade.modality.image;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;

/**
 * Brings patches of pictures: {@code rgb}, {@code normal} and {@code image} of pixels, {@code
 * depth} of standardised numbers, {@code semseg} and {@code class_map} of classes.
 */
public final class ImagePlugin extends AbstractModule implements ModalityPlugin {

  @Override
  public String name() {
    return "masquerade images";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder<String, Modality> modalities =
        MapBinder.newMapBinder(binder(), String.class, Modality.class);
    modalities.addBinding("image").toInstance(new ImageModality(ImageContent.COLOURS));
    modalities.addBinding("rgb").toInstance(new ImageModality(ImageContent.COLOURS));
    modalities.addBinding("normal").toInstance(new ImageModality(ImageContent.NORMALS));
    modalities.addBinding("depth").toInstance(new DepthModality());
    modalities.addBinding("semseg").toInstance(new ClassMapModality());
    modalities.addBinding("class_map").toInstance(new ClassMapModality());
  }
}
