package dev.masquerade.cli;

import dev.masquerade.data.manifest.DatasetManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What a quickstart trains on rendered scenes, and what it shows at the end. */
interface QuickstartRecipe {

  /**
   * How long to train.
   *
   * @param time that training may take, so that all stages together end within ten minutes
   * @param least steps; fewer leave tasks that are not learned
   * @param most steps; more add little. The run file says as many
   */
  record Length(Duration time, int least, int most) {}

  /** Returns the name of the run file, a resource beside this class that is copied to the place. */
  String runFile();

  /** Returns how long to train where nobody says. */
  Length length();

  /** Makes of the scenes what training needs, as far as that is not done. */
  void prepare(Path out, DatasetManifest scenes) throws IOException;

  /**
   * Measures and draws.
   *
   * @param run the run directory
   * @return lines for people
   */
  String evaluate(Path out, Path run) throws Exception;
}
