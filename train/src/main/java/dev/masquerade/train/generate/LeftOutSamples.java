package dev.masquerade.train.generate;

import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.pipeline.SampleName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Samples that are left out, named once each in a file that the next process goes on with: shard,
 * key, kind and reason, with tabs between.
 *
 * <p>Those that cannot be read count up to a limit. Those that merely lack what is read do not, now
 * or after work was broken off. Used by one thread.
 */
final class LeftOutSamples {

  private static final int CELLS = 4;

  /** What a person raises where the limit is too low. */
  private static final String OPTION = "--max-bad-samples";

  private final Path file;
  private final Set<SampleName> names;
  private final BadSamples charged;

  private LeftOutSamples(Path file, Set<SampleName> names, BadSamples charged) {
    this.file = file;
    this.names = names;
    this.charged = charged;
  }

  /**
   * Opens the list, which need not exist.
   *
   * @param limit of samples that cannot be read, those of before included
   */
  static LeftOutSamples open(Path file, long limit) throws IOException {
    Set<SampleName> names = new LinkedHashSet<>();
    List<SampleName> charged = new ArrayList<>();
    if (Files.exists(file)) {
      String text = Files.readString(file);
      for (String line : text.lines().toList()) {
        String[] cells = line.split("\t", -1);
        SampleName name = cells.length == CELLS ? new SampleName(cells[0], cells[1]) : null;
        if (name != null && names.add(name) && !cells[2].equals(lacking())) {
          charged.add(name);
        }
      }
      if (!text.isEmpty() && !text.endsWith("\n")) {
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
      }
    }
    return new LeftOutSamples(file, names, new BadSamples(limit, OPTION, charged));
  }

  private static String lacking() {
    return BadSample.Kind.LACKING.name();
  }

  /**
   * Adds a sample, unless it is there already.
   *
   * @throws dev.masquerade.data.pipeline.TooManyBadSamplesException if it is one too many, which is
   *     then found anew next time
   */
  void add(BadSample sample) throws IOException {
    charged.count(sample);
    if (names.add(new SampleName(sample.shard(), sample.key()))) {
      Files.writeString(
          file,
          String.join(
                  "\t",
                  sample.shard(),
                  sample.key(),
                  sample.kind().name(),
                  sample.describe().replaceAll("\\s+", " "))
              + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** Returns all that were left out, now or before. */
  List<SampleName> names() {
    return List.copyOf(names);
  }

  /** Says in one line each what was not said of every sample. */
  void report() {
    charged.report();
  }
}
