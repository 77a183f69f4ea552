package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Figures in rows and columns, with titles that make a legend needless. */
public final class GridFigure implements Figure {

  private static final int MARGIN = 16;
  private static final int GAP = 18;
  private static final int ROW_TITLE = 170;

  /** Titles of figures that are narrower than this may widen them to it. */
  private static final int HEAD_WIDTH = 960;

  private final String title;
  private final List<String> columns;
  private final List<Row> rows;
  private final @Nullable Figure footer;
  private final int rowTitleWidth;
  private final int[] columnWidths;

  private GridFigure(Builder builder) {
    title = builder.title;
    columns = List.copyOf(builder.columns);
    rows = List.copyOf(builder.rows);
    footer = builder.footer;
    int titles = 0;
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = longestWord(columns.get(i));
    }
    for (Row row : rows) {
      for (String line : titleLines(row)) {
        titles = Math.max(titles, Lettering.NORMAL.width(line));
      }
      for (int i = 0; i < row.cells.size(); i++) {
        widths[i] = Math.max(widths[i], row.cells.get(i).width());
      }
    }
    rowTitleWidth = titles;
    columnWidths = widths;
  }

  /**
   * Starts a grid.
   *
   * @param columns titles; every row has as many cells
   */
  public static Builder of(List<String> columns) {
    return new Builder(columns);
  }

  @Override
  public int width() {
    int width = 2 * MARGIN + cellsLeft() + cellsWidth();
    if (!title.isEmpty()) {
      for (String line : headLines()) {
        width = Math.max(width, 2 * MARGIN + Lettering.LARGE.width(line));
      }
    }
    return footer == null ? width : Math.max(width, 2 * MARGIN + footer.width());
  }

  @Override
  public int height() {
    int height = 2 * MARGIN + headHeight();
    for (Row row : rows) {
      height += rowHeight(row) + GAP;
    }
    height -= rows.isEmpty() ? 0 : GAP;
    return footer == null ? height : height + GAP + footer.height();
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    int pen = y + MARGIN;
    if (!title.isEmpty()) {
      int lineY = pen;
      for (String line : headLines()) {
        surface.text(x + MARGIN, lineY, line, Lettering.LARGE, Palette.INK);
        lineY += Lettering.LARGE.lineHeight();
      }
      pen += titleHeight();
    }
    int left = x + MARGIN + cellsLeft();
    for (int i = 0; i < columns.size(); i++) {
      List<String> lines = columnLines(i);
      int lineY = pen + columnsHeight() - GAP / 2 - lines.size() * Lettering.NORMAL.lineHeight();
      for (String line : lines) {
        surface.text(left, lineY, line, Lettering.NORMAL, Palette.INK);
        lineY += Lettering.NORMAL.lineHeight();
      }
      left += columnWidths[i] + GAP;
    }
    pen += columnsHeight();
    for (Row row : rows) {
      drawRow(surface, x + MARGIN, pen, row);
      pen += rowHeight(row) + GAP;
    }
    if (footer != null) {
      footer.draw(surface, x + MARGIN, pen);
    }
  }

  private void drawRow(Surface surface, int x, int y, Row row) {
    int lineY = y;
    for (String line : titleLines(row)) {
      surface.text(x, lineY, line, Lettering.NORMAL, Palette.INK);
      lineY += Lettering.NORMAL.lineHeight();
    }
    int left = x + cellsLeft();
    for (int i = 0; i < row.cells.size(); i++) {
      row.cells.get(i).draw(surface, left, y);
      left += columnWidths[i] + GAP;
    }
    int noteY = y + cellsHeight(row) + GAP / 2;
    for (String line : noteLines(row)) {
      surface.text(x + cellsLeft(), noteY, line, Lettering.NORMAL, Palette.INK);
      noteY += Lettering.NORMAL.lineHeight();
    }
  }

  private int headHeight() {
    return (title.isEmpty() ? 0 : titleHeight()) + columnsHeight();
  }

  private int titleHeight() {
    return headLines().size() * Lettering.LARGE.lineHeight() + GAP / 2;
  }

  /** Returns the title in lines: it widens a narrow figure up to a point, and no further. */
  private List<String> headLines() {
    return Lettering.LARGE.wrap(title, Math.max(HEAD_WIDTH, cellsLeft() + cellsWidth()));
  }

  private int columnsHeight() {
    int lines = 0;
    boolean any = false;
    for (int i = 0; i < columns.size(); i++) {
      lines = Math.max(lines, columnLines(i).size());
      any |= !columns.get(i).isBlank();
    }
    return any ? lines * Lettering.NORMAL.lineHeight() + GAP / 2 : 0;
  }

  private int cellsLeft() {
    return rowTitleWidth == 0 ? 0 : rowTitleWidth + GAP;
  }

  private int cellsWidth() {
    int width = 0;
    for (int column : columnWidths) {
      width += column + GAP;
    }
    return Math.max(0, width - GAP);
  }

  private int rowHeight(Row row) {
    int notes = noteLines(row).size();
    int cells =
        cellsHeight(row) + (notes == 0 ? 0 : GAP / 2 + notes * Lettering.NORMAL.lineHeight());
    return Math.max(cells, titleLines(row).size() * Lettering.NORMAL.lineHeight());
  }

  private static int cellsHeight(Row row) {
    int height = 0;
    for (Figure cell : row.cells) {
      height = Math.max(height, cell.height());
    }
    return height;
  }

  private static List<String> titleLines(Row row) {
    return row.title.isBlank() ? List.of() : Lettering.NORMAL.wrap(row.title, ROW_TITLE);
  }

  private List<String> noteLines(Row row) {
    return row.note.isBlank() ? List.of() : Lettering.NORMAL.wrap(row.note, cellsWidth());
  }

  private List<String> columnLines(int column) {
    String text = columns.get(column);
    return text.isBlank() ? List.of() : Lettering.NORMAL.wrap(text, columnWidths[column]);
  }

  private static int longestWord(String text) {
    int longest = 0;
    for (String word : text.split("\\s+", -1)) {
      longest = Math.max(longest, Lettering.NORMAL.width(word));
    }
    return longest;
  }

  /** Collects the rows of a grid. */
  public static final class Builder {

    private final List<String> columns;
    private final List<Row> rows = new ArrayList<>();
    private String title = "";
    private @Nullable Figure footer;

    private Builder(List<String> columns) {
      if (columns.isEmpty()) {
        throw new IllegalArgumentException("a grid needs at least one column");
      }
      this.columns = columns;
    }

    /** Sets the head of the whole figure. */
    public Builder title(String text) {
      title = text;
      return this;
    }

    /** Adds a row. */
    public Builder row(String rowTitle, List<? extends Figure> cells) {
      return row(rowTitle, cells, "");
    }

    /**
     * Adds a row with a note beneath it.
     *
     * @param rowTitle to the left; may be empty
     * @param cells one per column
     * @param note as wide as the row, wrapped; empty for none
     */
    public Builder row(String rowTitle, List<? extends Figure> cells, String note) {
      if (cells.size() != columns.size()) {
        throw new IllegalArgumentException(
            "row \""
                + rowTitle
                + "\" has "
                + cells.size()
                + " cells for "
                + columns.size()
                + " columns");
      }
      rows.add(new Row(rowTitle, List.copyOf(cells), note));
      return this;
    }

    /** Sets what stands beneath all rows, for example a legend of classes. */
    public Builder footer(Figure figure) {
      footer = figure;
      return this;
    }

    /** Returns the grid. */
    public GridFigure build() {
      return new GridFigure(this);
    }
  }

  private record Row(String title, List<Figure> cells, String note) {}
}
