package dev.masquerade.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Brings the modality {@code parity}: a whole number as one token, 0 for even and 1 for odd. */
public final class ParityPlugin extends AbstractModule implements ModalityPlugin {

  @Override
  public String name() {
    return "parities";
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  protected void configure() {
    MapBinder.newMapBinder(binder(), String.class, Modality.class)
        .addBinding("parity")
        .toInstance(ParityPlugin::open);
  }

  private static ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut();
    return new Tokenizer(
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Discrete(2),
            new TokenLayout.Grid(1, 1),
            Set.of(Role.INPUT, Role.TARGET)));
  }

  private record Tokenizer(ModalitySpec spec) implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("txt");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      String text = new String(bytes, StandardCharsets.UTF_8);
      try {
        return new Decoded(Integer.parseInt(text.strip()));
      } catch (NumberFormatException e) {
        throw new BadSampleException("\"" + text + "\" is not a whole number", e);
      }
    }
  }

  private record Decoded(int number) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public TokenizedModality tokenize(View view) {
      return new TokenizedModality.IdGrid(new int[] {number & 1});
    }
  }
}
