package dev.masquerade.train.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.train.embedding.EmbeddingKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class AnalysisTest {

  private static final float NAN = Float.NaN;

  @Test
  void componentsOfAnEllipse_areItsAxes() {
    // Spread 3 along (3, 4) / 5, spread 1 across: the covariance is known.
    float[][] rows = new float[400][];
    for (int i = 0; i < rows.length; i++) {
      double angle = 2 * Math.PI * i / rows.length;
      double along = 3 * Math.cos(angle);
      double across = Math.sin(angle);
      rows[i] =
          new float[] {
            (float) (10 + 0.6 * along - 0.8 * across), (float) (-5 + 0.8 * along + 0.6 * across)
          };
    }

    PrincipalComponents components = PrincipalComponents.of(rows, 2, 1);
    double[][] places = components.project(rows);

    assertThat(components.share(0)).isCloseTo(0.9, within(1e-6));
    assertThat(components.share(1)).isCloseTo(0.1, within(1e-6));
    assertThat(places[0][0]).isCloseTo(3, within(1e-5));
    assertThat(places[0][1]).isCloseTo(0, within(1e-5));
    assertThat(Math.abs(places[100][1])).isCloseTo(1, within(1e-5));
  }

  @Test
  void componentsOfWideRows_areFoundInTheirSubspace() {
    // Ten directions of falling variance in 200 dimensions, the rest small noise.
    ZigguratSampler.NormalizedGaussian normal = normal(5);
    float[][] rows = new float[300][200];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (normal.sample() * (i < 10 ? 20 - i : 0.01));
      }
    }

    double[][] few = PrincipalComponents.of(rows, 3, 1).project(rows);
    double[][] narrow =
        PrincipalComponents.of(
                Arrays.stream(rows).map(row -> Arrays.copyOf(row, 10)).toArray(float[][]::new),
                3,
                1)
            .project(
                Arrays.stream(rows).map(row -> Arrays.copyOf(row, 10)).toArray(float[][]::new));

    for (int row = 0; row < rows.length; row++) {
      for (int k = 0; k < 3; k++) {
        assertThat(few[row][k]).isCloseTo(narrow[row][k], within(0.05));
      }
    }
  }

  @Test
  void groupsFarApart_stayApartInThePlane() {
    int perGroup = 40;
    double[][] rows = groups(3, perGroup);

    double[][] places = NeighbourEmbedding.place(rows, 15, 3, round -> {});
    double[][] again = NeighbourEmbedding.place(rows, 15, 3, round -> {});

    assertThat(places).isDeepEqualTo(again);
    for (int i = 0; i < places.length; i++) {
      int nearest = nearest(places, i);
      assertThat(nearest / perGroup).as("group of the nearest of " + i).isEqualTo(i / perGroup);
    }
  }

  @Test
  void equalPoints_doNotBreakThePlane() {
    double[][] places = NeighbourEmbedding.place(new double[10][3], 30, 1, round -> {});

    for (double[] place : places) {
      assertThat(place[0]).isFinite();
      assertThat(place[1]).isFinite();
    }
    assertThatThrownBy(() -> NeighbourEmbedding.place(new double[3][2], 30, 1, round -> {}))
        .hasMessageContaining("t-SNE takes 4 to 2000 points");
  }

  @Test
  void clustersThatAreTheLabels_agreeWhole() {
    double[][] rows = groups(4, 25);
    List<String> labels = IntStream.range(0, 100).mapToObj(i -> "class " + i / 25).toList();

    ClusterAgreement agreement = ClusterAgreement.measure(rows, labels, 7);

    assertThat(agreement).isEqualTo(new ClusterAgreement(4, 1, 1, 0.25));
  }

  @Test
  void purityAndInformation_areAsInTheTextbook() {
    // Manning, Raghavan, Schütze: Introduction to Information Retrieval, section 16.3: 17 rows.
    int[] clusters = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
    List<String> labels =
        List.of(
            "x", "x", "x", "x", "x", "o", "x", "o", "o", "o", "o", "d", "x", "x", "d", "d", "d");

    ClusterAgreement agreement = ClusterAgreement.of(clusters, labels);

    assertThat(agreement.purity()).isCloseTo(12 / 17.0, within(1e-12));
    assertThat(agreement.nmi()).isCloseTo(0.364562, within(1e-6));
    assertThat(agreement.chance()).isCloseTo(8 / 17.0, within(1e-12));
  }

  @Test
  void labelsWithoutRelation_agreeByChanceOnly() {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(11L);
    int[] clusters = new int[20_000];
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < clusters.length; i++) {
      clusters[i] = rng.nextInt(4);
      labels.add("class " + rng.nextInt(4));
    }

    ClusterAgreement agreement = ClusterAgreement.of(clusters, labels);

    assertThat(agreement.purity()).isCloseTo(agreement.chance(), within(0.02));
    assertThat(agreement.nmi()).isLessThan(0.001);
  }

  @Test
  void collapse_isToldFromAnEvenSpread() {
    ZigguratSampler.NormalizedGaussian normal = normal(9);
    float[][] even = new float[4000][16];
    float[][] same = new float[100][16];
    for (float[] row : even) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (100 * normal.sample());
      }
    }
    for (float[] row : same) {
      Arrays.fill(row, 3);
      row[0] += (float) (1e-3 * normal.sample());
    }

    Collapse good = Collapse.of(MemoryTable.of(even));
    Collapse bad = Collapse.of(MemoryTable.of(same));

    assertThat(good.deviation()).isCloseTo(0.25, within(0.005));
    assertThat(good.collapsed()).isFalse();
    assertThat(bad.deviation()).isLessThan(1e-3);
    assertThat(bad.collapsed()).isTrue();
  }

  @Test
  void deviation_isThatOfTheDefinition() {
    // Unit rows (1, 0), (0, 1), (0.6, 0.8): deviations 0.503322 and 0.529150 with n - 1.
    Collapse collapse =
        Collapse.of(
            MemoryTable.of(
                new float[] {5, 0}, new float[] {0, 2}, new float[] {3, 4}, new float[] {0, NAN}));

    assertThat(collapse.deviation()).isCloseTo((0.5033223 + 0.5291503) / 2, within(1e-6));
  }

  @Test
  void nearestRows_areThoseOfTheSmallestAngle() {
    MemoryTable table =
        MemoryTable.of(
            new float[] {1, 0},
            new float[] {10, 10},
            new float[] {0, 3},
            new float[] {-1, 0},
            new float[] {NAN, 1},
            new float[] {0, 0},
            new float[] {2, 0});

    List<Neighbour> all = NearestRows.of(table, new float[] {4, 0}, 10, row -> true);

    assertThat(all.stream().map(Neighbour::row)).containsExactly(0, 6, 1, 2, 3);
    assertThat(all.get(2).similarity()).isCloseTo(Math.sqrt(0.5), within(1e-9));
    assertThat(NearestRows.of(table, new float[] {4, 0}, 1, row -> row != 0))
        .containsExactly(new Neighbour(6, 1));
  }

  @Test
  void nearestOfManyRows_areThoseOfASort() {
    ZigguratSampler.NormalizedGaussian normal = normal(13);
    float[][] rows = new float[3000][8];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) normal.sample();
      }
    }
    MemoryTable table = MemoryTable.of(rows);

    List<Neighbour> all = NearestRows.of(table, rows[17], rows.length, row -> true);
    List<Neighbour> few = NearestRows.of(table, rows[17], 20, row -> true);

    assertThat(few).isEqualTo(all.subList(0, 20));
    assertThat(few.get(0).row()).isEqualTo(17);
    assertThat(all).isSortedAccordingTo((a, b) -> Double.compare(b.similarity(), a.similarity()));
  }

  @Test
  void sample_leavesOutRowsWithoutAnEmbedding() {
    float[][] values = new float[100][];
    List<EmbeddingKey> keys = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = new float[] {i, i == 3 ? NAN : 1};
      keys.add(new EmbeddingKey("image " + i, "", i == 5 ? "cut short" : ""));
    }
    MemoryTable table = new MemoryTable(values, keys);

    RowSample whole = RowSample.of(table, 1000, 1);
    RowSample part = RowSample.of(table, 10, 1);

    assertThat(whole.values()).hasDimensions(98, 2);
    assertThat(whole.leftOut()).containsExactly(keys.get(3), keys.get(5));
    assertThat(part.keys()).hasSize(10).doesNotHaveDuplicates();
    assertThat(part.usable()).isEqualTo(98);
    for (int i = 0; i < 10; i++) {
      assertThat(part.keys().get(i).name()).isEqualTo("image " + (int) part.values()[i][0]);
    }
  }

  private static double[][] groups(int groups, int perGroup) {
    ZigguratSampler.NormalizedGaussian normal = normal(21);
    double[][] rows = new double[groups * perGroup][5];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < 5; k++) {
        rows[i][k] = normal.sample() * 0.3 + (k == i / perGroup ? 10 : 0);
      }
    }
    return rows;
  }

  private static ZigguratSampler.NormalizedGaussian normal(long seed) {
    return ZigguratSampler.NormalizedGaussian.of(RandomSource.XO_RO_SHI_RO_128_PP.create(seed));
  }

  private static int nearest(double[][] places, int point) {
    int nearest = -1;
    double best = Double.POSITIVE_INFINITY;
    for (int j = 0; j < places.length; j++) {
      double distance =
          Math.hypot(places[j][0] - places[point][0], places[j][1] - places[point][1]);
      if (j != point && distance < best) {
        best = distance;
        nearest = j;
      }
    }
    return nearest;
  }
}
