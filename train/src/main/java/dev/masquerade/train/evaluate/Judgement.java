package dev.masquerade.train.evaluate;

import java.util.function.ToDoubleBiFunction;

/**
 * One measure of an answer against the truth, higher being better.
 *
 * @param name of the measure
 * @param score (answer, truth) to a number from 0 to 1; NaN where the truth says nothing about it
 */
record Judgement<T>(String name, ToDoubleBiFunction<T, T> score) {}
