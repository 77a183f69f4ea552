package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LetteringTest {

  @Test
  void wrappedLines_fitAndKeepEveryWord() {
    String text = "From left to right, three solids: a large yellow cube and a small red sphere.";

    List<String> lines = Lettering.NORMAL.wrap(text, 200);

    assertThat(String.join(" ", lines)).isEqualTo(text);
    assertThat(lines).hasSizeGreaterThan(2);
    assertThat(lines)
        .allSatisfy(line -> assertThat(Lettering.NORMAL.width(line)).isLessThanOrEqualTo(200));
  }

  @Test
  void wordsLongerThanALine_areBroken() {
    List<String> lines = Lettering.NORMAL.wrap("tok_semseg@24x40-and-more", 60);

    assertThat(String.join("", lines)).isEqualTo("tok_semseg@24x40-and-more");
    assertThat(lines)
        .allSatisfy(line -> assertThat(Lettering.NORMAL.width(line)).isLessThanOrEqualTo(60));
  }

  @Test
  void fileNames_areNotBrokenInsideTheirExtension() {
    for (int width = 70; width < 200; width++) {
      assertThat(Lettering.NORMAL.wrap("a_long_name_of_a_file.jpeg", width).toString())
          .containsPattern("\\.jpeg\\]$");
    }
  }

  @Test
  void lettersWithoutAShape_areDrawnAsTheNearestOrAQuestionMark() {
    assertThat(Glyphs.of('ů')).isSameAs(Glyphs.of('u'));
    assertThat(Glyphs.of('ł')).isSameAs(Glyphs.of('l'));
    assertThat(Glyphs.of('猫')).isSameAs(Glyphs.of('?'));
    assertThat(Lettering.SMALL.width("e\u0301")).isEqualTo(Lettering.SMALL.width("e") + 1);
  }

  @Test
  void lineBreaks_stay() {
    assertThat(Lettering.SMALL.wrap("one\n\ntwo", 100)).containsExactly("one", "", "two");
  }

  @Test
  void cutText_fitsAndSaysThatItWasCut() {
    String cut = Lettering.NORMAL.cut("a very long name of a modality", 90);

    assertThat(cut).startsWith("a very").endsWith("…");
    assertThat(Lettering.NORMAL.width(cut)).isLessThanOrEqualTo(90);
    assertThat(Lettering.NORMAL.cut("short", 90)).isEqualTo("short");
  }

  @Test
  void everyPrintableCharacter_hasAShape() {
    for (char letter = '!'; letter <= '~'; letter++) {
      assertThat(letter == '?' || Glyphs.of(letter) != Glyphs.of('\u2603')).isTrue();
    }
  }
}
