package dev.masquerade.cli.figure;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.TokenLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What masking did with a batch: a row for each sample, a column for each modality, a square or a
 * word for each token.
 *
 * <p>Of a sequence the input is drawn first and the target after it, sentinels included, as they
 * stand in the batch; what was dropped from a sequence leaves no trace there.
 */
public final class MaskFigure {

  private static final int GRID_WIDTH = 168;
  private static final int TEXT_WIDTH = 330;

  private MaskFigure() {}

  /**
   * Draws the first rows of a batch.
   *
   * @param title head of the figure; empty for none
   * @param batch masked samples
   * @param samples how many rows to draw at most, at least 1
   * @param words for modalities whose tokens are to be written out: by name, what an id reads as;
   *     sequences without an entry are drawn as squares
   */
  public static Figure of(
      String title, MaskedBatch batch, int samples, Map<String, IntFunction<String>> words) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples must be at least 1, was " + samples);
    }
    List<String> columns = batch.parts().stream().map(part -> part.spec.name().value()).toList();
    int rows = Math.min(samples, batch.rows());
    boolean absent =
        IntStream.range(0, rows)
            .anyMatch(row -> batch.parts().stream().anyMatch(part -> part.lacking[row]));
    GridFigure.Builder grid = GridFigure.of(columns).title(title).footer(Assignment.legend(absent));
    for (int row = 0; row < rows; row++) {
      List<Figure> cells = new ArrayList<>();
      int seen = 0;
      int targets = 0;
      for (MaskedBatch.Part part : batch.parts()) {
        Counted counted = count(part, row);
        String numbers = part.lacking[row] ? "absent" : counted.text();
        cells.add(new Cell(content(part, row, words), numbers));
        seen += counted.seen;
        targets += counted.targets;
      }
      String rowTitle = batch.key(row) + "\n" + seen + " seen\n" + targets + " predicted";
      grid.row(rowTitle, cells);
    }
    return grid.build();
  }

  /**
   * Returns what became of the tokens of a grid.
   *
   * @param part of a batch, its layout a grid
   * @param row of the batch
   * @return (L) one for each place
   */
  public static Assignment[] assignments(MaskedBatch.Part part, int row) {
    Assignment[] assignments = new Assignment[part.places];
    for (int place = 0; place < part.places; place++) {
      int at = row * part.places + place;
      assignments[place] =
          !part.encoderIgnored[at]
              ? Assignment.SEEN
              : !part.decoderIgnored[at]
                  ? Assignment.TARGET
                  : part.lacking[row] ? Assignment.ABSENT : Assignment.DROPPED;
    }
    return assignments;
  }

  private static Figure content(
      MaskedBatch.Part part, int row, Map<String, IntFunction<String>> words) {
    if (part.spec.layout() instanceof TokenLayout.Grid grid) {
      int edge = Math.max(2, GRID_WIDTH / Math.max(grid.rows(), grid.columns()));
      return new Squares(List.of(assignments(part, row)), grid.columns(), edge);
    }
    List<Assignment> assignments = new ArrayList<>();
    List<TokenText.Word> text = new ArrayList<>();
    IntFunction<String> reading = words.get(part.spec.name().value());
    for (int place = 0; place < part.places; place++) {
      int at = row * part.places + place;
      if (part.encoderIgnored[at] && part.decoderIgnored[at]) {
        continue;
      }
      Assignment assignment = part.encoderIgnored[at] ? Assignment.TARGET : Assignment.SEEN;
      assignments.add(assignment);
      if (reading != null && part.ids.length > 0) {
        text.add(new TokenText.Word(reading.apply(part.ids[at]), assignment));
      }
    }
    if (!text.isEmpty()) {
      return new TokenText(text, TEXT_WIDTH);
    }
    return new Squares(assignments, 14, GRID_WIDTH / 14);
  }

  private static Counted count(MaskedBatch.Part part, int row) {
    int seen = 0;
    int targets = 0;
    for (int place = 0; place < part.places; place++) {
      seen += part.encoderIgnored[row * part.places + place] ? 0 : 1;
      targets += part.decoderIgnored[row * part.places + place] ? 0 : 1;
    }
    return new Counted(seen, targets);
  }

  private record Counted(int seen, int targets) {
    String text() {
      return seen + " in · " + targets + " out";
    }
  }

  /** A drawing with a small line of numbers beneath. */
  private record Cell(Figure content, String numbers) implements Figure {

    private static final int GAP = 6;

    @Override
    public int width() {
      return Math.max(content.width(), Lettering.NORMAL.width(numbers));
    }

    @Override
    public int height() {
      return content.height() + GAP + Lettering.NORMAL.lineHeight();
    }

    @Override
    public void draw(Surface surface, int x, int y) {
      content.draw(surface, x, y);
      int below = y + content.height() + GAP;
      surface.text(x, below, numbers, Lettering.NORMAL, Palette.FAINT_INK);
    }
  }

  /** A square for each token, in lines. */
  private record Squares(List<Assignment> tokens, int columns, int edge) implements Figure {

    @Override
    public int width() {
      return columns * edge;
    }

    @Override
    public int height() {
      return (tokens.size() + columns - 1) / columns * edge;
    }

    @Override
    public void draw(Surface surface, int x, int y) {
      for (int i = 0; i < tokens.size(); i++) {
        int left = x + i % columns * edge;
        int top = y + i / columns * edge;
        surface.fill(left, top, edge - 1, edge - 1, tokens.get(i).colour());
      }
    }
  }
}
