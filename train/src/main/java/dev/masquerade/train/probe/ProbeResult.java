package dev.masquerade.train.probe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How well classes were told apart.
 *
 * @param method {@code knn}, {@code linear} or {@code finetune}
 * @param samples held-out samples that were classified
 * @param top1 share of them whose class came first, in {@code [0, 1]}
 * @param top5 share of them whose class was among the first five
 * @param loss mean cross-entropy in nats; empty where a method gives no probabilities
 * @param perClass top-1 share by name of class, for classes that were asked about
 * @param settings what decides the numbers, by name
 */
public record ProbeResult(
    String method,
    int samples,
    double top1,
    double top5,
    OptionalDouble loss,
    Map<String, Double> perClass,
    Map<String, String> settings) {
  public ProbeResult {
    perClass = Collections.unmodifiableMap(new LinkedHashMap<>(perClass));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
