/**
 * What the features share about JSON: {@link dev.sluice.json.CopyComparison} finds what a value
 * lost on its way through JSON.
 */
@NullMarked
package dev.sluice.json;

import org.jspecify.annotations.NullMarked;
