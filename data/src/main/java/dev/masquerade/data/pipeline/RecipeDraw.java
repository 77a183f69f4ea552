package dev.masquerade.data.pipeline;

import dev.masquerade.data.plan.PlannedBatch;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;

/*
 * The draw is a function of the run's seed and of the batch's place in the plan: not of the worker
 * that fills it, nor of where the run was last resumed.
 */
/**
 * Draws by which of several recipes each batch is made, all being as likely.
 *
 * @param recipes how many there are
 * @param streams random streams of the run
 */
record RecipeDraw(int recipes, SampleStreams streams) {

  /** Returns the number of a batch's recipe. */
  int of(PlannedBatch batch) {
    return recipes == 1
        ? 0
        : streams.stream(batch.after().samples(), "", Purpose.RESOLUTION).nextInt(recipes);
  }
}
