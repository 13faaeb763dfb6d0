package dev.sluice.service;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS application: all scanned resources, at the root path. */
@ApplicationPath("/")
public class RestApplication extends Application {}
