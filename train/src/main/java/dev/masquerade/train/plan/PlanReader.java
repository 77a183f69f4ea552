package dev.masquerade.train.plan;

import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.data.schema.ReadMessage;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.proto.generation.v1.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads plans for a model and what is given to it, fills in what {@link DefaultPlans} would choose,
 * and reports everything that is wrong at once.
 */
public final class PlanReader {

  private final ModelDescription model;
  private final Set<ModalityName> inputs;

  /**
   * Creates a reader.
   *
   * @param model which is to follow the plans
   * @param inputs what is given of every sample; may be empty
   */
  public PlanReader(ModelDescription model, Set<ModalityName> inputs) {
    this.model = model;
    this.inputs = new LinkedHashSet<>(inputs);
  }

  /**
   * Reads a plan.
   *
   * @param file text format, JSON or binary by its extension; named as problems shall show it
   * @throws dev.masquerade.data.schema.ConfigurationException with all problems
   */
  public SamplingPlan read(Path file) {
    return read(file, FieldOverrides.NONE);
  }

  /**
   * Reads a plan and changes fields of it.
   *
   * @param file named as problems shall show it
   * @param overrides applied before anything is checked
   * @throws dev.masquerade.data.schema.ConfigurationException with all problems
   */
  public SamplingPlan read(Path file, FieldOverrides overrides) {
    Problems problems = new Problems();
    ReadMessage<Plan> read =
        MessageReader.read(file, Plan.getDefaultInstance(), overrides, problems);
    Plan message = read.message();
    FieldProblems fields = read.problems();
    if (message.getTargetsCount() == 0) {
      fields.reportMissing("targets", "is missing; say what to generate: targets { modality: … }.");
    }
    List<TargetPlan> targets = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    inputs.forEach(name -> seen.add(name.value()));
    Set<String> generated = new LinkedHashSet<>();
    Set<ModalityName> earlier = new LinkedHashSet<>();
    for (int i = 0; i < message.getTargetsCount(); i++) {
      FieldProblems at = fields.at("targets", i);
      new TargetReader(model, inputs, at)
          .read(message.getTargets(i), seen, earlier)
          .ifPresent(targets::add);
      String name = message.getTargets(i).getModality();
      if (!name.isEmpty() && !generated.add(name)) {
        at.report("modality", "\"" + name + "\" is generated before; each target stands once.");
      }
      if (Generated.names(model).contains(name)) {
        seen.add(name);
        earlier.add(new ModalityName(name));
      }
    }
    problems.throwIfAny();
    return new SamplingPlan(targets, message.getSeed());
  }
}
