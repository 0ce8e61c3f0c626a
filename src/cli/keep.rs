//! `primea run --store`: a scenario whose state is kept on the way.
//!
//! Enters: a scenario, and which head of which store. Leaves: a player;
//! in the store, after every step, its state and what it takes to go on. Refuses to know: how it is
//! carried out, and what is printed.

use clap::Args;
use primea::{
    activation::Programs,
    scenario::{
        Scenario,
        play::{Player, Settings},
        suspend::Needs,
    },
    state::hash::Hash,
    store::{Also, Head, Store, StoreError},
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
    #[arg(long = "continue", requires = "store")]
    go_on: bool,
}

impl Keeping {
    /// Who keeps a scenario's state, if that is asked for.
    pub fn keeper<'s>(
        &self,
        scenario: &'s Scenario,
        path: &Path,
    ) -> Result<Option<Keeper<'s>>, StoreError> {
        let Some(directory) = &self.store else {
            return Ok(None);
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let store = match self.go_on {
            true => Store::open(directory)?,
            false => Store::create(directory)?,
        };
        Ok(Some(Keeper {
            scenario,
            store,
            head: self.head.clone().unwrap_or_else(|| stem.into_owned()),
            go_on: self.go_on,
            steps: 0,
        }))
    }
}

/// Who keeps the state of a scenario.
pub struct Keeper<'s> {
    scenario: &'s Scenario,
    store: Store,
    head: String,
    go_on: bool,
    /// How many steps had been done when the state was kept last.
    steps: usize,
}

impl<'s> Keeper<'s> {
    /// A player at the beginning, or where the head stands.
    pub fn player(&mut self, settings: Settings) -> Result<Player<'s>, Box<dyn Error>> {
        let player = match self.go_on {
            true => self.set_aside(settings)?,
            false => Player::new(&self.scenario.plan, settings),
        };
        self.steps = player.steps();
        Ok(player)
    }

    /// Keeps the state if a step has ended.
    pub fn note(&mut self, player: &Player<'_>) -> Result<(), Box<dyn Error>> {
        if player.steps() > self.steps {
            self.keep(player)?;
            self.steps = player.steps();
        }
        Ok(())
    }

    /// Keeps the state as it is.
    pub fn keep(&self, player: &Player<'_>) -> Result<(), Box<dyn Error>> {
        commit(self.scenario, player, &self.store, &self.head)
    }

    /// The player that was set aside under the head.
    fn set_aside(&self, settings: Settings) -> Result<Player<'s>, Box<dyn Error>> {
        let (view, name) = (self.store.view()?, &self.head);
        let head = view.head(name)?;
        let head =
            head.ok_or_else(|| view.refused(format!("expected a head {name}, found none")))?;
        let id = <[u8; 32]>::try_from(head.player).map_err(|_| {
            view.refused(format!(
                "expected a head from which a scenario can go on, found {name}"
            ))
        })?;
        let library = Programs::default();
        let player = self.scenario.resume(&view, Hash(id), settings, library);
        player.map_err(|error| view.located(error).into())
    }
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
