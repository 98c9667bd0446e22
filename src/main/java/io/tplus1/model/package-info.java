/**
 * What a forecast needs from a model, whatever computes it: the forecaster, the artifact that it is
 * loaded from, the registry of what serves, and the seam through which models are trained.
 */
package io.tplus1.model;
