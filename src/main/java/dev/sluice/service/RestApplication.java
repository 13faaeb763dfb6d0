package dev.sluice.service;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything that is scanned, at the root path. */
@ApplicationPath("/")
public class RestApplication extends Application {}
