//! `primea run --store`: a scenario whose state is kept on the way.
//!
//! Enters: a scenario, and which head of which store. Leaves: what came of the scenario; in the
//! store, after every step, its state and what it takes to go on. Refuses to know: what is printed.

use clap::Args;
use primea::{
    activation::Programs,
    scenario::{
        Scenario,
        play::{Did, Played, Player, Settings},
        suspend::Needs,
    },
    state::hash::Hash,
    store::{Also, Head, Store},
    world::order::Order,
};
use std::{
    error::Error,
    path::{Path, PathBuf},
};

#[derive(Args)]
pub struct Keeping {
    /// Keep the state after every step in the store in this directory
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// The head under which the state is kept; the scenario's file name without ending, if not given
    #[arg(long, value_name = "NAME", requires = "store")]
    head: Option<String>,
    /// Go on from where the head stands, instead of from the beginning
    #[arg(long, requires = "store")]
    resume: bool,
}

impl Keeping {
    /// Carries out a scenario and keeps it, if that is asked for.
    pub fn play(&self, scenario: &Scenario, path: &Path) -> Result<Option<Played>, Box<dyn Error>> {
        let Some(directory) = &self.store else {
            return Ok(None);
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let head = self.head.as_deref().unwrap_or(&stem);
        let (store, mut player) = if self.resume {
            let store = Store::open(directory)?;
            let player = resumed(scenario, &store, head)?;
            (store, player)
        } else {
            let player = Player::new(&scenario.plan, Settings::default());
            (Store::create(directory)?, player)
        };
        let mut kept = Some(player.steps());
        loop {
            let did = player.go_on(&mut Order::Canonical);
            if did == Did::Nothing || kept != Some(player.steps()) && did == Did::Step {
                commit(scenario, &player, &store, head)?;
                kept = Some(player.steps());
            }
            if did == Did::Nothing {
                return Ok(Some(player.into_played()));
            }
        }
    }
}

/// The player that was set aside under a head.
fn resumed<'s>(
    scenario: &'s Scenario,
    store: &Store,
    name: &str,
) -> Result<Player<'s>, Box<dyn Error>> {
    let view = store.view()?;
    let head = view.head(name)?;
    let head = head.ok_or_else(|| view.refused(format!("expected a head {name}, found none")))?;
    let id = <[u8; 32]>::try_from(head.player).map_err(|_| {
        view.refused(format!(
            "expected a head from which a scenario can go on, found {name}"
        ))
    })?;
    let (settings, library) = (Settings::default(), Programs::default());
    let player = scenario.resume(&view, Hash(id), settings, library);
    player.map_err(|error| view.located(error).into())
}

/// Keeps a player, and what it needs, under a head.
fn commit(
    scenario: &Scenario,
    player: &Player<'_>,
    store: &Store,
    name: &str,
) -> Result<(), Box<dyn Error>> {
    store.write(|batch| {
        let id = scenario.suspend(player, batch)?;
        let Needs {
            world,
            raw,
            envelopes,
        } = Needs::of(batch, id)?;
        let raw = raw.into_iter().map(Also::Raw);
        let envelopes = envelopes.into_iter().map(Also::Envelope);
        let head = Head {
            root: world,
            player: id.0.to_vec(),
            also: raw.chain(envelopes).collect(),
        };
        batch.set_head(name, &head)?;
        Ok(())
    })
}
