package dev.masquerade.modality.text;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Boxes as text, as 4M has them: {@code v0=xmin v1=ymin v2=xmax v3=ymax class} for each, corners in
 * bins of what the view shows.
 *
 * <p>Members: {@code json}, see {@link Box#read}. Reads {@code tokenizer}, {@code maxTokens}
 * (default 256), {@code vocabularySize} and the options {@code order} (origin, area, score,
 * random), {@code threshold} (least score, default 0.6), {@code bins} (default: as many as the
 * tokenizer has, at most 1,000), {@code max_boxes} (the surest ones stay; default all). A view
 * without a box is the end token alone: that there is nothing is knowledge too.
 */
final class BoxModality implements Modality {

  private static final int DEFAULT_MAX_TOKENS = 256;
  private static final int MOST_BINS = 1_000;

  /** In which order boxes are written. */
  enum Order {
    ORIGIN,
    AREA,
    SCORE,
    RANDOM
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("order", "threshold", "bins", "max_boxes");
    TextSequence sequence = TextSequence.open(settings, DEFAULT_MAX_TOKENS, TokenLayout.Unit.TOKEN);
    int there = bins(sequence.tokenizer());
    int bins = settings.count("bins", there, 2);
    if (there < 2 || bins > there) {
      throw new InvalidSettingsException(
          there < 2 ? "tokenizer" : "options.bins",
          settings.name()
              + " needs the tokens v0=0, v1=0, ... up to v3="
              + (bins - 1)
              + ", and its tokenizer has "
              + there
              + " of each. Make one with numbers, \"masquerade tokenizer fit\" shows how");
    }
    return new Tokenizer(
        sequence,
        settings.choice("order", Order.class, Order.ORIGIN),
        settings.number("threshold", 0.6),
        bins,
        settings.count("max_boxes", Integer.MAX_VALUE, 1));
  }

  private static int bins(TextTokenizer tokenizer) {
    int bins = 0;
    while (bins < MOST_BINS
        && tokenizer.id("v0=" + bins).isPresent()
        && tokenizer.id("v3=" + bins).isPresent()) {
      bins++;
    }
    return bins;
  }

  private record Tokenizer(
      TextSequence sequence, Order order, double threshold, int bins, int maxBoxes)
      implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return sequence.spec();
    }

    @Override
    public Set<String> extensions() {
      return Set.of("json");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      List<Box> boxes = new ArrayList<>(Box.read(TextMember.json(bytes)));
      boxes.removeIf(box -> box.score() < threshold);
      return new Decoded(this, List.copyOf(boxes));
    }

    @Override
    public Optional<TextCodec> text() {
      return Optional.of(sequence.tokenizer());
    }

    @Override
    public Optional<BoxCodec> boxes() {
      return Optional.of(new BoxText(sequence.tokenizer(), bins));
    }

    String write(List<Box> boxes) {
      StringBuilder text = new StringBuilder();
      for (Box box : boxes) {
        text.append(text.length() == 0 ? "" : " ");
        text.append("v0=").append(bin(box.left()));
        text.append(" v1=").append(bin(box.top()));
        text.append(" v2=").append(bin(box.right()));
        text.append(" v3=").append(bin(box.bottom()));
        text.append(' ').append(box.name());
      }
      return text.toString();
    }

    /** Returns the box as the tokenizer would name it, of whose words it may lack capitals. */
    Optional<ObjectBox> asRead(Box box) {
      String read = text(box.name());
      String name = read.isEmpty() ? box.name() : read;
      boolean extent = box.left() < box.right() && box.top() < box.bottom();
      return extent
          ? Optional.of(new ObjectBox(box.left(), box.top(), box.right(), box.bottom(), name))
          : Optional.empty();
    }

    private String text(String name) {
      return sequence.tokenizer().decode(sequence.tokenizer().encode(name)).strip();
    }

    private int bin(double fraction) {
      return (int) Math.rint(fraction * (bins - 1));
    }
  }

  private record Decoded(Tokenizer tokenizer, List<Box> boxes) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    /** All that a view shows, however many may be written. */
    @Override
    public Optional<List<ObjectBox>> boxes(View view) {
      return Optional.of(
          seen(view).stream().flatMap(box -> tokenizer.asRead(box).stream()).toList());
    }

    private List<Box> seen(View view) {
      List<Box> seen = new ArrayList<>();
      for (Box box : boxes) {
        box.in(view).ifPresent(seen::add);
      }
      return seen;
    }

    @Override
    public TokenizedModality tokenize(View view) {
      List<Box> seen = seen(view);
      Comparator<Box> surest = Comparator.comparingDouble(Box::score).reversed();
      if (seen.size() > tokenizer.maxBoxes()) {
        seen.sort(surest);
        seen.subList(tokenizer.maxBoxes(), seen.size()).clear();
      }
      switch (tokenizer.order()) {
        case ORIGIN -> seen.sort(Comparator.comparingDouble(Box::distanceToOrigin));
        case AREA -> seen.sort(Comparator.comparingDouble(Box::area).reversed());
        case SCORE -> seen.sort(surest);
        case RANDOM -> ChunkModality.shuffle(seen, CaptionModality.stream(view));
      }
      return tokenizer.sequence().whole(tokenizer.write(seen));
    }
  }
}
