package dev.masquerade.data.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/** One token: a number written as text, plus what the view makes of it. */
public final class NumberModality implements ModalityTokenizer {

  private final ModalitySpec spec;

  /** Creates the modality, of three ids. */
  public NumberModality(String name) {
    spec =
        new ModalitySpec(
            new ModalityName(name),
            new TokenSpace.Discrete(1_000_000),
            new TokenLayout.Grid(1, 3),
            Set.of(Role.INPUT, Role.TARGET));
  }

  @Override
  public ModalitySpec spec() {
    return spec;
  }

  @Override
  public Set<String> extensions() {
    return Set.of("txt");
  }

  @Override
  public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
    String text = new String(bytes, UTF_8);
    if (text.equals("bug")) {
      throw new IllegalStateException("a decoder broke");
    }
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadSampleException("\"" + text + "\" is not a number", e);
    }
    return new DecodedModality() {
      @Override
      public Optional<FrameSize> frame() {
        return Optional.of(new FrameSize(1000, 1000));
      }

      @Override
      public TokenizedModality tokenize(View view) {
        return new TokenizedModality.IdGrid(
            new int[] {number, (int) Math.round(view.top() * 1000), view.flipped() ? 1 : 0});
      }
    };
  }
}
