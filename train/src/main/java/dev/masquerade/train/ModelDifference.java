package dev.masquerade.train;

import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says in words how two models differ whose tensors are alike. */
final class ModelDifference {

  private ModelDifference() {}

  static String describe(ModelDescription stored, ModelDescription wanted) {
    List<String> differences = new ArrayList<>();
    if (stored.family() != wanted.family()) {
      return "its family was " + stored.family().name() + ", now is " + wanted.family().name();
    }
    if (stored instanceof FourMDescription before && wanted instanceof FourMDescription after) {
      compare("model.", before.config(), after.config(), differences);
    } else if (!stored.headline().equals(wanted.headline())) {
      differences.add("model was " + stored.headline() + ", now is " + wanted.headline());
    }
    if (stored.modalities().size() != wanted.modalities().size()) {
      differences.add("modalities were " + names(stored) + ", now are " + names(wanted));
    } else {
      for (int i = 0; i < wanted.modalities().size(); i++) {
        compare(
            "modality " + wanted.modalities().get(i).name() + ": ",
            stored.modalities().get(i),
            wanted.modalities().get(i),
            differences);
      }
    }
    return String.join("; ", differences);
  }

  private static List<String> names(ModelDescription description) {
    return description.modalities().stream().map(spec -> spec.name().value()).toList();
  }

  private static <R extends Record> void compare(
      String prefix, R stored, R wanted, List<String> differences) {
    for (RecordComponent component : stored.getClass().getRecordComponents()) {
      try {
        Object before = component.getAccessor().invoke(stored);
        Object after = component.getAccessor().invoke(wanted);
        if (!Objects.equals(before, after)) {
          differences.add(prefix + component.getName() + " was " + before + ", now is " + after);
        }
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("the accessors of public records can be called", e);
      }
    }
  }
}
