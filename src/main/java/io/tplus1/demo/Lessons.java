package io.tplus1.demo;

/**
 * What was learnt from the stream up to a moment.
 *
 * @param trainings that ended with a network
 * @param promotions networks that became the champion
 * @param rejections networks that did not
 * @param rollbacks former champions that came back
 */
public record Lessons(long trainings, long promotions, long rejections, long rollbacks) {}
